"""The files for systemd that the manual hands out: rights of the process, life of the logs, age of backups (OPS-3, LOG-3, BAK-4)."""

import configparser
import logging
import re
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lms.host import log

pytestmark = pytest.mark.safety
MANUAL = Path(__file__).parents[2] / "docs" / "operate.md"
MOST_EXPOSED = 20  # of 100, as systemd counts; an ordinary unit has 96
BOTH = {
    "User": "veer",
    "UMask": "0077",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "IPAddressDeny": "any",
    "IPAddressAllow": "localhost",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "ReadWritePaths": "/var/lib/veer",
    "LogNamespace": "veer",
}
SERVICES = ("veer.service", "veer-backup.service")


def shipped():
    """Return the files in the manual by name."""
    blocks = re.findall(r"```ini\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL)
    named = r"^# /etc/systemd/(?:system/)?(\S+)\n(.*?)(?=^# /etc/|\Z)"
    return dict(pair for block in blocks for pair in re.findall(named, block, re.MULTILINE | re.DOTALL))


def read(content):
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str
    parser.read_string(content)
    return parser


def faults(units):
    """Return what a process of these units could do, or keep, that it must not."""
    found = []
    for name in SERVICES:
        service = dict(read(units[name])["Service"])
        found += [f"{name}: {key}" for key, value in BOTH.items() if service.get(key) != value]
    journal = dict(read(units["journald@veer.conf"])["Journal"])
    found += [key for key, most in (("MaxRetentionSec", "14day"), ("MaxFileSec", "1day")) if journal.get(key) != most]
    return found


def test_ops_3_log_3_the_units_allow_what_is_needed_and_logs_go_after_14_days():
    """OPS-3, LOG-3: an account without rights, a system it cannot write, no network but this machine; 14 days of logs."""
    units = shipped()
    assert set(units) == {*SERVICES, "veer-backup.timer", "journald@veer.conf"}
    assert faults(units) == []


def test_ops_3_log_3_planted_each_line_that_is_missing_is_found():
    """OPS-3, LOG-3, planted faults: every line taken away or loosened, one at a time, in each unit."""
    units = shipped()
    for name, keys in {
        **dict.fromkeys(SERVICES, BOTH),
        "journald@veer.conf": ("MaxRetentionSec", "MaxFileSec"),
    }.items():
        for key in keys:
            for instead in ("", f"{key}=else\n"):
                planted = re.sub(rf"^{key}=.*\n", instead, units[name], flags=re.MULTILINE)
                assert planted != units[name]
                assert len(faults(units | {name: planted})) == 1, (name, key)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_ops_3_systemd_takes_the_units_and_finds_little_exposed(tmp_path):
    """OPS-3: read by systemd itself; planted: a line it does not know, and the service without its walls."""

    def say(*command):
        done = subprocess.run(["systemd-analyze", *command], capture_output=True, text=True, cwd=tmp_path, check=False)
        return done.returncode, done.stdout + done.stderr

    for name, content in shipped().items():
        (tmp_path / name).write_text(content.replace("/opt/veer/bin/lms", "/bin/true"))
    names = [f"./{name}" for name in shipped() if not name.endswith(".conf")]
    assert say("verify", *names) == (0, "")
    limit = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}")
    assert say(*limit, "./veer.service")[0] == 0
    walls = re.compile(r"^(?:Protect|Private|Restrict|SystemCall|IPAddress|Capability|NoNew).*\n", re.MULTILINE)
    (tmp_path / "open.service").write_text(walls.sub("", (tmp_path / "veer.service").read_text()))
    assert say(*limit, "./open.service")[0] != 0
    (tmp_path / "odd.service").write_text(
        (tmp_path / "veer.service").read_text().replace("[Service]\n", "[Service]\nProtectSystems=strict\n")
    )
    assert "ProtectSystems" in say("verify", "./odd.service")[1]


def minutes(formatter):
    """Whether every time that a formatter writes is a whole minute."""
    record = logging.LogRecord("lms.x", logging.INFO, "x.py", 1, "told", (), None)
    record.created = datetime.fromisoformat("2026-11-22T13:47:31.456+00:00").timestamp()
    times = re.findall(r"\d\d:\d\d(?::\d\d[\d.,]*)?", formatter.format(record))
    return times == ["13:47"]


def test_log_3_times_are_whole_minutes_and_there_is_no_log_file(monkeypatch):
    """LOG-3: one handler, on standard error; planted: a formatter that writes seconds."""
    root = logging.getLogger()
    for owner, name in ((root, "handlers"), (root, "level"), (logging, "raiseExceptions")):
        kept = getattr(owner, name)
        monkeypatch.setattr(owner, name, list(kept) if name == "handlers" else kept)
    log.configure()
    (handler,) = root.handlers
    monkeypatch.undo()
    assert type(handler) is logging.StreamHandler
    assert minutes(handler.formatter)
    assert not minutes(logging.Formatter("%(asctime)s %(message)s"))


def test_bak_4_the_timers_of_the_manual_keep_its_promise():
    """BAK-4: a day with the timer as it stands, 15 minutes with the line that is named for it."""
    assert read(shipped()["veer-backup.timer"])["Timer"]["OnCalendar"] == "daily"
    manual = MANUAL.read_text("utf-8")
    (often,) = re.findall(r"every 15 minutes \(`OnCalendar=([^`]+)`\)", " ".join(manual.split()))
    assert widest("daily") == timedelta(days=1)
    assert widest(often) == timedelta(minutes=15)
    assert widest("weekly") > timedelta(days=1)


def widest(calendar):
    """Return the longest time between two moments of a calendar line, as the few forms in the manual have it."""
    named = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
    every = re.fullmatch(r"\*:0/(\d+)", calendar)
    return named[calendar] if calendar in named else timedelta(minutes=int(every[1]))


PROXY = {
    "access_log": "off",  # LOG-1
    "error_log": "/var/log/nginx/error.log crit",
    "client_max_body_size": "1m",  # NET-10, and the three below
    "client_body_timeout": "30s",
    "client_header_timeout": "30s",
    "client_body_buffer_size": "1m",
    "proxy_request_buffering": "off",  # OPS-4: nothing that people send lies on the proxy's disk
    "proxy_max_temp_file_size": "0",
}


def proxy_faults(manual):
    (block,) = re.findall(r"```nginx\n(.*?)```", manual, re.DOTALL)
    said = dict(re.findall(r"(\w+) ([^;{}]+);", re.sub("#.*", "", block)))
    return [name for name, value in PROXY.items() if said.get(name) != value]


def test_log_1_net_10_the_proxy_of_the_manual_logs_nobody_and_cuts_slow_senders():
    """LOG-1, NET-10, OPS-4: as printed; planted: each line taken away in turn is found."""
    manual = MANUAL.read_text("utf-8")
    assert proxy_faults(manual) == []
    for name in PROXY:
        assert proxy_faults(re.sub(rf"\b{name} [^;]+;", "", manual)) == [name]
