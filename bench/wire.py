"""Many clients at once, on kept connections, with requests made beforehand: the client must cost less than the server."""

import asyncio
import time
from collections.abc import Mapping, Sequence


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return the bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{key}: {value}" for key, value in headers.items()]
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def throughput(port: int, requests: Sequence[bytes], *, clients: int, seconds: float) -> float:
    """Return answers per second while `clients` connections repeat the requests in turn."""

    async def run() -> float:
        end = time.perf_counter() + seconds
        counts = await asyncio.gather(*(_repeat(port, requests, number, end) for number in range(clients)))
        return sum(counts) / seconds

    return asyncio.run(run())


def burst(port: int, queues: Sequence[Sequence[bytes]], expected: int) -> float:
    """Return answers per second when each client sends its own queue once.

    Raises:
        RuntimeError: an answer has another status than `expected`.

    """

    async def run() -> float:
        began = time.perf_counter()
        statuses = await asyncio.gather(*(_drain(port, queue) for queue in queues))
        seconds = time.perf_counter() - began
        wrong = [status for found in statuses for status in found if status != expected]
        if wrong:
            raise RuntimeError(f"{len(wrong)} answers were not {expected}, the first was {wrong[0]}")
        return sum(map(len, queues)) / seconds

    return asyncio.run(run())


async def _repeat(port: int, requests: Sequence[bytes], number: int, end: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while time.perf_counter() < end:
        writer.write(requests[(number + done) % len(requests)])
        await _answer(reader)
        done += 1
    writer.close()
    return done


async def _drain(port: int, queue: Sequence[bytes]) -> list[int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    statuses = []
    for item in queue:
        writer.write(item)
        statuses.append(await _answer(reader))
    writer.close()
    return statuses


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lowered = head.lower()
    place = lowered.find(b"content-length: ")
    if place >= 0:
        await reader.readexactly(int(lowered[place + 16 : lowered.index(b"\r\n", place)]))
    elif b"transfer-encoding: chunked" in lowered:
        while (size := int(await reader.readline(), 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readline()
    return status
