"""`python3 start.py bench`: print what the main pages cost."""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import bare, inproc, learners, server, wire
from bench.browser import Browser, over_socket

MIXED = 10_000
CLIENTS = 32
LINK = "stylesheet"
Bares = Mapping[str, int]
"""Port of the bare view, by the server it is under."""
SPREAD = ("under our server", "least", "most", "waitress as it comes", "least", "most")


def say(text: str = "") -> None:
    """Print at once."""
    print(text, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table with aligned columns."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, ["-" * width for width in widths], *rows]:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        say("  ".join(cells))
    say()


@contextmanager
def folder() -> Iterator[Path]:
    """Make a data folder that ends with the run, and let the settings point to it."""
    os.umask(0o077)  # what lies in a data folder is nobody else's to read, or the server does not start (OPS-2)
    with tempfile.TemporaryDirectory(prefix="veer-bench-") as name:
        os.environ |= {"LMS_DATA": name, "LMS_DEMO": "0"}
        yield Path(name)


def in_process(app: object, person: Browser, pages: Mapping[str, str], options: argparse.Namespace) -> None:
    """Print CPU, statements and bytes of each page."""
    wsgi = app.wsgi_app  # type: ignore[attr-defined]
    for path in pages.values():
        person.get(path)
    times = inproc.ratios(bare.application(), wsgi, pages, person.headers, rounds=options.rounds, calls=20)
    rows = []
    for name, path in pages.items():
        with inproc.statements(app) as seen:  # type: ignore[arg-type]
            answer = person.get(path)
        rows.append([name, str(answer.status), f"{times[name]:.1f}", str(len(seen)), f"{len(answer.body):,}"])
    say(f"In process: CPU as a multiple of a bare Flask view, minimum of {options.rounds} rounds taken in turns")
    table(["page", "status", "× bare", "statements", "bytes compressed"], rows)


def in_turns(port: int, bares: Bares, requests: Mapping[str, bytes], options: argparse.Namespace) -> None:
    """Print throughput as a share of the bare view's, taken in turns."""
    hello = [wire.request("GET", "/hello", {})]
    rows = []
    for name, request in requests.items():
        shares: dict[str, list[float]] = {how: [] for how in bares}
        for _ in range(options.turns):
            base = {
                how: wire.throughput(bare, hello, clients=8, seconds=options.seconds) for how, bare in bares.items()
            }
            ours = wire.throughput(port, [request], clients=8, seconds=options.seconds)
            for how, speed in base.items():
                shares[how].append(ours / speed)
        rows.append([name, *_spread(shares)])
    say(f"8 clients: answers per second as a share of the bare view's, {options.turns} turns")
    table(["page", *SPREAD], rows)


def _spread(shares: Mapping[str, Sequence[float]]) -> list[str]:
    return [f"{figure(found):.2f}" for found in shares.values() for figure in (statistics.median, min, max)]


def submits(port: int, bares: Bares, people: Sequence[Browser], places: learners.Places) -> None:
    """Print durable quiz submits per second as a share of the bare view's POSTs."""
    queues = [learners.quiz_requests(person, places) for person in people]
    hello = [[wire.request("POST", "/hello", {}, b"x" * 300)] * len(queue) for queue in queues]
    shares: dict[str, list[float]] = {how: [] for how in bares}
    for number in range(len(places.lessons)):
        base = {how: wire.burst(bare, hello, 200) for how, bare in bares.items()}
        ours = wire.burst(port, [queue[number : number + 1] for queue in queues], 303)
        for how, speed in base.items():
            shares[how].append(ours / speed)
    say(f"Quiz submit, committed to disk, {len(people)} clients at once: share of the bare view's POSTs")
    table(["", *SPREAD], [["quiz submit", *_spread(shares)]])


def cold_visit(port: int, person: Browser, lesson: str) -> None:
    """Print everything on the wire of a first visit to a lesson, and of the next one."""
    browser = learners.through(person, over_socket(port))
    page = browser.get(lesson)
    style = page.text.partition(f'rel="{LINK}"')[2].partition('href="')[2].partition('"')[0]
    parts = {"lesson": page, "stylesheet": browser.get(style), "icon": browser.get("/favicon.ico")}
    rows = [[name, f"{part.weight:,}"] for name, part in parts.items()]
    rows.append(["cold visit, in all", f"{sum(part.weight for part in parts.values()):,}"])
    say("First visit to a lesson, bytes on the wire with headers")
    table(["", "bytes"], rows)


def memory(pid: int, port: int, requests: Sequence[bytes], amount: int) -> None:
    """Print memory before and after many mixed requests."""
    idle = server.memory(pid)
    done = 0.0
    while done < amount:
        done += wire.throughput(port, requests, clients=8, seconds=2) * 2
    after = server.memory(pid)
    say("Memory of `lms serve` (PSS)")
    table(
        ["", "MiB"],
        [
            ["idle", f"{idle:.0f}"],
            [f"after {done:,.0f} requests", f"{after:.0f}"],
            ["growth", f"{after / idle - 1:+.0%}"],
        ],
    )


def first_page(folder: Path) -> float:
    """Return seconds from the start of the process to the first page."""
    port = server.free_port()
    began = time.monotonic()
    with server.running(server.veer("serve"), port, folder / "cold.log", LMS_PORT=str(port)):
        over_socket(port)("GET", "/en/", {}, b"")
        return time.monotonic() - began


def measure(options: argparse.Namespace) -> None:
    """Measure everything."""
    with folder() as data:
        say(f"Making a site of size {options.size} …")
        app = learners.site(data, options.size)
        people = learners.sign_in(app, CLIENTS)
        course = learners.find_course(people[0])
        (places, *_) = [learners.begin(person, course) for person in people]
        say()
        in_process(app, people[0], places.pages, options)
        port, bares = server.free_port(), {how: server.free_port() for how in ("ours", "plain")}
        with (
            server.running(server.bare("ours", bares["ours"]), bares["ours"], data / "bare.log"),
            server.running(server.bare("plain", bares["plain"]), bares["plain"], data / "plain.log"),
            server.running(server.veer("serve"), port, data / "serve.log", LMS_PORT=str(port)) as ours,
        ):
            requests = {name: wire.request("GET", path, people[0].headers) for name, path in places.pages.items()}
            over_socket(port)("GET", "/en/", {}, b"")
            time.sleep(1)
            memory(ours.pid, port, list(requests.values()), options.mixed)
            in_turns(port, bares, requests, options)
            submits(port, bares, people, places)
            cold_visit(port, people[0], places.lessons[0])
        starts = min(first_page(data) for _ in range(3))
        say(f"From starting the process to the first page: {starts:.1f} s (the quickest of 3; this one is absolute)")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(prog="start.py bench", description="What the main pages cost, as ratios.")
    parser.add_argument("--size", default="XS", choices=["XS", "S"], help="how much data the site holds")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, to see whether it runs")
    options = parser.parse_args()
    options.rounds, options.turns, options.seconds, options.mixed = (
        (5, 3, 0.3, 500) if options.quick else (40, 9, 1.0, MIXED)
    )
    measure(options)


if __name__ == "__main__":
    sys.exit(main())
