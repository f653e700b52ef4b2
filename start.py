#!/usr/bin/env python3
"""Start Veer, or test it, from a fresh checkout. Needs Python 3.11 or newer and nothing else.

    python3 start.py                 install what is missing, then serve on http://127.0.0.1:8000
    python3 start.py test            lint, types, import rules and every test
    python3 start.py test ARGS...    only pytest, with these arguments
    python3 start.py deep            the long versions: full races, fuzzing, every kill point
    python3 start.py bench           cost of the main pages as ratios to a bare Flask view

Options of the first form: --port N (8000), --data DIR (./data), --no-demo.

The file is written so that a Python which is too old can still read it and say so.
"""

import argparse
import ctypes
import errno
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
OLDEST = (3, 11)
LOCKS = {"serve": "requirements.lock", "test": "requirements-dev.lock"}
# What the PDF renderer loads, and the Debian package that brings it.
LIBRARIES = {
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# Settings that would send packages elsewhere than into our environment, or make each start compile anew.
MISLEADING = (
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_NO_DEPS",
    "PIP_DRY_RUN",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONDONTWRITEBYTECODE",
)


class StartError(Exception):
    """One line that says what is wrong and what to do."""


def say(text):
    print(text, flush=True)


# ---------------------------------------------------------------- before anything is touched
def check_python():
    if sys.version_info >= OLDEST:
        return
    found = "%d.%d" % sys.version_info[:2]
    newer = [name for name in ("python3.14", "python3.13", "python3.12", "python3.11") if shutil.which(name)]
    how = f"But {newer[0]} is here: run `{newer[0]} start.py`." if newer else "Install a newer one and run this again."
    raise StartError(f"Veer needs Python 3.11 or newer; this is Python {found}. {how}")


def check_port(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            other = "is reserved for the system" if error.errno == errno.EACCES else "is in use by another program"
            free = 8000 if port < 1024 else port % 65535 + 1
            raise StartError(f"Port {port} {other}. Choose another: python3 start.py --port {free}") from None


def check_folder(path, what, how):
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise StartError(f"The {what} {path} cannot be written ({error.strerror}). {how}") from None


# ---------------------------------------------------------------- Debian's packages
def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt(packages):
    """Install Debian packages when root; return whether that worked."""
    if not (is_root() and shutil.which("apt-get")):
        return False
    say(f"Installing system packages: {' '.join(packages)}")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    capture(["apt-get", "-qq", "update"], environment)  # an old list may do as well, so its failure decides nothing
    code, words = capture(["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages], environment)
    if code:
        say(words[-600:].strip())
    return code == 0


def capture(command, environment):
    """Run a command from the checkout; return its exit code and its words."""
    done = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    words = done.communicate()[0].decode("utf-8", "replace")
    return done.returncode, words


def apt_line(packages):
    return f"sudo apt-get install {' '.join(packages)}"


def missing_libraries():
    """Debian packages of the PDF libraries that cannot be loaded here."""
    if not sys.platform.startswith("linux"):
        return []
    missing = []
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def provide_libraries(install):
    missing = missing_libraries()
    if missing and not (install and apt(missing)):
        say(
            f"Certificates as PDF need two system libraries; everything else works without. To add them: {apt_line(missing)}"
        )


# ---------------------------------------------------------------- our own environment
def program(name):
    """The path of a program inside our environment."""
    return os.path.join(VENV, "Scripts", f"{name}.exe") if os.name == "nt" else os.path.join(VENV, "bin", name)


def stamp_of(kind):
    """What an installed environment must have been made from: the lock, the package's description, this Python."""
    digest = hashlib.sha256(repr((sys.version_info[:3], ROOT)).encode())
    for name in (LOCKS[kind], "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def stamp_path(kind):
    return os.path.join(VENV, f".veer-{kind}")


def is_installed(kind):
    try:
        with open(stamp_path(kind)) as file:
            return file.read() == stamp_of(kind) and os.path.exists(program("python"))
    except OSError:
        return False


def clean_environment():
    return {name: value for name, value in os.environ.items() if name not in MISLEADING}


def works(command, log):
    """Run a command, its words going to the log; return whether it succeeded."""
    try:
        code, words = capture(command, clean_environment())
    except OSError as error:
        code, words = 1, str(error)
    log.write(words)
    return code == 0


def can_make_environments():
    try:
        import ensurepip  # noqa: F401 - Debian ships it in a package of its own
        import venv  # noqa: F401 - the same
    except ImportError:
        return False
    return True


def make_environment(log):
    """Make the virtual environment, or keep the one that a stopped install left if it still works."""
    version = "import sys, pip; sys.exit(sys.version_info[:2] != (%d, %d))" % sys.version_info[:2]
    if os.path.exists(program("python")) and works([program("python"), "-c", version], log):
        return
    package = "python%d.%d-venv" % sys.version_info[:2]
    if not can_make_environments() and not apt([package]):
        raise StartError(f"This Python cannot make virtual environments. Run `{apt_line([package])}`, then this again.")
    say(f"Making a virtual environment in {VENV}")
    if not works([sys.executable, "-m", "venv", "--clear", VENV], log):
        raise StartError(f"The virtual environment could not be made; the reason stands in {log.name}")


def install(kind):
    """Bring the environment to what the lock says; the stamp is written last, so a stopped install is seen."""
    if is_installed(kind):
        return False
    log_path = os.path.join(ROOT, ".install.log")
    with open(log_path, "w") as log:
        if os.path.isdir(VENV):
            for name in LOCKS:
                if os.path.exists(stamp_path(name)):
                    os.remove(stamp_path(name))
        make_environment(log)
        fetch(LOCKS[kind], log)
        ours = ["-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "-e", ROOT]
        if not works([program("python"), *ours], log):
            raise StartError(f"Veer itself could not be installed; the reason stands in {log_path}")
    # The test lock holds all that serving needs, in the same versions.
    for name in ("serve", "test") if kind == "test" else ("serve",):
        with open(stamp_path(name), "w") as file:
            file.write(stamp_of(name))
    os.remove(log_path)
    return True


def fetch(lock, log):
    """Install the locked packages, each checked against its hash, and show how far it is."""
    with open(os.path.join(ROOT, lock)) as file:
        total = sum("==" in line for line in file)
    say(f"Fetching {total} packages, each checked against its hash; this takes a minute or two, once")
    # The hashes are in the file itself: an outer setting cannot turn the check off.
    command = [program("python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar=off", "--require-hashes", "-r", lock]
    pip = subprocess.Popen(
        command,
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    seen, words = 0, []
    for raw in pip.stdout:
        line = raw.decode("utf-8", "replace")
        log.write(line)
        words.append(line.strip())
        if line.startswith(("Collecting ", "Processing ", "Requirement already ")):
            seen += 1
            progress(seen, total)
        elif line.startswith("Installing collected"):
            progress(total, total)
            say("Installing")
    if pip.wait():
        raise StartError(explain(words, log.name))


def progress(done, total):
    if sys.stdout.isatty():
        end = "\n" if done == total else ""
        print(f"\r  {done} of {total}", end=end, flush=True)
    elif done % 10 == 0:
        say(f"  {done} of {total}")


def explain(words, log_path):
    text = "\n".join(words)
    offline = (
        "NewConnectionError",
        "NameResolutionError",
        "Temporary failure",
        "ConnectTimeout",
        "ProxyError",
        "Network is unreachable",
    )
    if any(sign in text for sign in offline):
        return "The packages could not be fetched: no network. Connect this machine (only the first start needs it) and run this again."
    if "DO NOT MATCH THE HASHES" in text:
        return f"A fetched package is not the one that was locked, so nothing was installed. Details: {log_path}"
    if "No space left" in text:
        return "The disk is full: Veer needs about 300 MB. Make room and run this again."
    last = next((line for line in reversed(words) if line.startswith("ERROR")), "pip failed")
    return f"The packages could not be installed ({last[:160]}). Details: {log_path}. Run this again to go on."


# ---------------------------------------------------------------- serve
def serve(options):
    port = options.port or int(os.environ.get("LMS_PORT") or 8000)
    data = os.path.abspath(options.data or os.environ.get("LMS_DATA") or os.path.join(ROOT, "data"))
    check_port(port)
    check_folder(data, "data folder", "Choose another: python3 start.py --data DIR")
    if not is_installed("serve"):
        check_folder(ROOT, "folder", "Clone Veer into a folder of yours.")
    provide_libraries(install("serve"))
    environment = clean_environment()
    environment.update(LMS_PORT=str(port), LMS_DATA=data)
    environment["LMS_DEMO"] = "0" if options.no_demo else environment.get("LMS_DEMO", "1")
    become([program("lms"), "start"], environment)


def become(command, environment):
    """Turn into the command, so that Ctrl-C and signals reach it and nothing stands between."""
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.call(command, env=environment))
    os.execve(command[0], command, environment)


# ---------------------------------------------------------------- the command line
def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="start.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, choices=range(1, 65536), metavar="N", help="port to listen on (8000)")
    parser.add_argument("--data", metavar="DIR", help="folder of the database, keys and files (./data)")
    parser.add_argument("--no-demo", action="store_true", help="no demonstration organisation, cohort and codes")
    return parser.parse_args(arguments)


def main(arguments):
    check_python()
    command = arguments[0] if arguments else ""
    if command in ("test", "deep"):
        check_folder(ROOT, "folder", "Clone Veer into a folder of yours.")
        install("test")
        become([program("python"), os.path.join(ROOT, "tests", "run.py"), *arguments], clean_environment())
    if command == "bench":
        install("serve")
        become([program("python"), "-m", "bench", *arguments[1:]], dict(clean_environment(), PYTHONPATH=ROOT))
    return serve(parse(arguments))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (StartError, OSError) as problem:
        sys.exit(f"start.py: {problem}")
    except KeyboardInterrupt:
        sys.exit("\nstart.py: stopped; run it again to go on.")
