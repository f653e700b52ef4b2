"""Who sends slowly or much holds neither a place nor the memory of others (NET-10).

Waitress lets go of a connection that is silent. One byte every twenty seconds is not silence, and it keeps what it has
received until the request is whole.
"""

import time
from collections.abc import Iterable

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

READ_SECONDS = 30
SLOWEST = 500
"""Bytes a second that a line may be slow: a page of text on the worst of telephones comes in time."""
MUCH = 256 * 1024
MOST_HELD = 64 * 1024 * 1024
"""What all bodies together may hold that are larger than `MUCH`."""


class Incoming(HTTPRequestParser):  # type: ignore[misc]
    """A request that is being received, and since when."""

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.began = time.monotonic()

    @property
    def taken(self) -> int:
        """Bytes that have come."""
        return int(self.header_bytes_received + self.body_bytes_received)

    @property
    def late(self) -> bool:
        """Whether it should have been whole by now, at the pace of the slowest line."""
        return time.monotonic() - self.began > READ_SECONDS + self.taken / SLOWEST


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that is closed when its request is late, or too large for what others hold already."""

    parser_class = Incoming

    def received(self, data: bytes) -> bool:
        """Take in what has come."""
        request = self.request
        if request is not None and (request.late or self._too_much(request)):
            self.will_close = True
            return False
        return bool(super().received(data))

    def _too_much(self, request: Incoming) -> bool:
        return request.taken > MUCH and held(self.server.active_channels.values()) > MOST_HELD


def held(channels: Iterable[Channel]) -> int:
    """Return the bytes of large requests that are being received or wait for their answer."""
    waiting = (one for channel in channels for one in (channel.request, *channel.requests) if one is not None)
    return sum(one.taken for one in waiting if one.taken > MUCH)
