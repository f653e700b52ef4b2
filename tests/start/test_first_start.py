"""What can go wrong on a fresh machine: one clear line, an exit code, and nothing left broken."""

import ast
import runpy
import signal
import socket
import subprocess
import sys

import pytest

from tests.start.conftest import ROOT, Checkout


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The complaint: exactly one line on stderr, no traceback, and a failing exit code."""
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("start.py: ")
    return lines[0]


def test_a_first_start_installs_then_becomes_the_server(checkout: Checkout, free_port: int) -> None:
    done = checkout.run("--port", str(free_port))
    assert done.returncode == 0, done.stderr
    assert f"port={free_port} data={checkout.root}/data demo=1" in done.stdout
    assert [call.split(" -")[0] for call in checkout.calls] == ["python", "python", "python", "lms start"]
    assert checkout.stamps == {".veer-serve"}
    assert "Fetching" in done.stdout  # progress is shown


def test_packages_are_taken_with_hashes_whatever_the_machine_says(checkout: Checkout, free_port: int) -> None:
    """SUP-1: the hash check is on the command line, and settings that would move packages elsewhere are dropped."""
    done = checkout.run("--port", str(free_port), PIP_TARGET="/elsewhere", PIP_USER="1", PIP_REQUIRE_HASHES="0")
    assert done.returncode == 0
    pip = next(call for call in checkout.calls if "requirements.lock" in call)
    assert "--require-hashes -r requirements.lock" in pip
    ours = next(call for call in checkout.calls if " -e " in call)
    assert "--no-deps" in ours
    assert "--no-build-isolation" in ours  # isolation would fetch build tools that no hash covers
    seen = (checkout.root / "seen-environment").read_text()
    assert "PIP_TARGET" not in seen
    assert "PIP_USER" not in seen


def test_a_second_start_asks_nobody(checkout: Checkout, free_port: int) -> None:
    checkout.run("--port", str(free_port))
    (checkout.root / "calls").unlink()
    checkout.behave("exit 1")
    done = checkout.run("--port", str(free_port))
    assert done.returncode == 0, done.stderr
    assert checkout.calls == ["lms start"]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_description_installs_again(checkout: Checkout, free_port: int, name: str) -> None:
    checkout.run("--port", str(free_port))
    with (checkout.root / name).open("a") as file:
        file.write("# changed\n")
    (checkout.root / "calls").unlink()
    checkout.run("--port", str(free_port))
    assert any("--require-hashes" in call for call in checkout.calls)


def test_options_reach_the_server(checkout: Checkout, free_port: int) -> None:
    data = checkout.root.parent / "elsewhere"
    done = checkout.run("--port", str(free_port), "--data", str(data), "--no-demo", LMS_DEMO="1")
    assert f"port={free_port} data={data} demo=0" in done.stdout
    assert data.stat().st_mode & 0o077 == 0  # OPS-2


def test_the_server_takes_the_place_of_the_installer(checkout: Checkout, free_port: int) -> None:
    """Ctrl-C and service managers must reach the server itself, so no process may stand between."""
    process = checkout.begin("--port", str(free_port))
    words, _ = process.communicate(timeout=60)
    assert f"pid={process.pid} " in words


def test_no_network(checkout: Checkout, free_port: int) -> None:
    checkout.behave("echo 'WARNING: Retrying: NewConnectionError: Failed to establish a new connection'\nexit 1")
    line = one_line(checkout.run("--port", str(free_port)))
    assert "no network" in line
    assert "run this again" in line
    assert checkout.stamps == set()
    assert not any(call.startswith("lms") for call in checkout.calls)

    checkout.behave("echo 'Collecting flask'")  # the network is back
    assert checkout.run("--port", str(free_port)).returncode == 0
    assert checkout.stamps == {".veer-serve"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the one that was locked"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: No matching distribution found for nh3==0.3.8", "No matching distribution found for nh3"),
    ],
)
def test_packages_refused(checkout: Checkout, free_port: int, words: str, expected: str) -> None:
    checkout.behave(f"echo '{words}'\nexit 1")
    assert expected in one_line(checkout.run("--port", str(free_port)))
    assert checkout.stamps == set()


def test_an_install_that_was_killed_is_taken_up_again(checkout: Checkout, free_port: int) -> None:
    """The stamp is written last, so whatever stopped the installer, the next start sees that it never finished."""
    checkout.run("--port", str(free_port))
    with (checkout.root / "requirements.lock").open("a") as file:
        file.write("# an upgrade, killed on the way\n")
    checkout.behave("kill -9 $PPID")
    done = checkout.run("--port", str(free_port))
    assert done.returncode == -signal.SIGKILL
    assert checkout.stamps == set()

    checkout.behave("echo 'Collecting flask'")
    assert checkout.run("--port", str(free_port)).returncode == 0
    assert checkout.stamps == {".veer-serve"}


def test_an_environment_that_does_not_work_is_made_anew(checkout: Checkout, free_port: int) -> None:
    """Its Python may be gone after an upgrade of the system. Offline, so the new one then stops at the packages."""
    checkout.program(".venv/bin/python", "#!/nowhere/python\n")
    (checkout.root / ".venv" / "left-over").write_text("")
    done = checkout.run("--port", str(free_port), PIP_NO_INDEX="1")
    assert "Making a virtual environment" in done.stdout
    assert "could not be installed" in one_line(done)
    assert not (checkout.root / ".venv" / "left-over").exists()


def test_port_taken(checkout: Checkout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = one_line(checkout.run("--port", str(port)))
    assert f"Port {port} is in use" in line
    assert "--port" in line
    assert checkout.calls == []  # said before anything is fetched


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none(checkout: Checkout, port: str) -> None:
    done = checkout.run("--port", port)
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_data_folder_not_writable(checkout: Checkout, free_port: int) -> None:
    (checkout.root / "file").write_text("")
    line = one_line(checkout.run("--port", str(free_port), "--data", "file/data"))
    assert "cannot be written" in line
    assert "--data DIR" in line
    assert checkout.calls == []


def test_python_too_old_is_said_by_an_old_python() -> None:
    """The file must parse there: checked by grammar, since few machines have a Python 3.6."""
    ast.parse((ROOT / "start.py").read_text(), feature_version=(3, 6))
    with pytest.raises(SyntaxError):  # the planted fault that this must find
        ast.parse("if (n := 1):\n    pass", feature_version=(3, 6))


def test_python_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    start = runpy.run_path(str(ROOT / "start.py"))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(start["StartError"], match=r"Python 3\.11 or newer; this is Python 3\.9"):
        start["main"](["--port", "8000"])


def test_debian_without_venv(checkout: Checkout, free_port: int) -> None:
    """Debian keeps ensurepip in a package of its own; without root the exact line is printed."""
    checkout.program(".venv/bin/python", "#!/nowhere/python\n")
    checkout.program("shadow/ensurepip.py", "raise ImportError\n")
    line = one_line(checkout.run("--port", str(free_port), PYTHONPATH=str(checkout.root / "shadow")))
    assert "sudo apt-get install python3." in line
    assert "-venv" in line


def test_pdf_libraries_missing_is_said_and_goes_on(checkout: Checkout, free_port: int) -> None:
    text = (checkout.root / "start.py").read_text()
    (checkout.root / "start.py").write_text(text.replace("libpangoft2-1.0.so.0", "libabsent.so.9"))
    done = checkout.run("--port", str(free_port))
    assert done.returncode == 0
    assert "sudo apt-get install libpangoft2-1.0-0" in done.stdout
    assert "port=" in done.stdout


def test_as_root_debian_packages_are_installed(checkout: Checkout, free_port: int) -> None:
    text = (checkout.root / "start.py").read_text().replace("libpangoft2-1.0.so.0", "libabsent.so.9")
    (checkout.root / "start.py").write_text(text.replace("os.geteuid() == 0", "True"))
    checkout.program("bin/apt-get", f'#!/bin/sh\necho "apt-get $*" >> "{checkout.root}/calls"\n')
    checkout.run("--port", str(free_port))
    assert "apt-get -qq install -y --no-install-recommends libpangoft2-1.0-0" in checkout.calls
