"""How many tries come from one network, and from everywhere: in memory only, never on a disk (ACC-11).

A network is known by a digest of the front of its address, under a random key that is thrown away each hour, so that
nobody can ask this process later who was here. Visitors of the onion service have no address and share the bucket of
everybody; so does everybody behind a proxy that does not pass addresses on.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Lock

from lms.host import clock

SECONDS = 60
# A school or an office signs in from behind one address; one machine that guesses is much faster.
FROM_A_NETWORK = 120
# More than two hashes at a time can do in a minute, so that it never stops people while the machine keeps up.
FROM_EVERYWHERE = 1_200
MOST_NETWORKS = 20_000
_EVERYWHERE = b"everywhere"


class Buckets:
    """Token buckets that end with the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._hour: datetime | None = None
        self._key = b""
        self._left: dict[bytes, tuple[float, float]] = {}

    def allow(self, name: bytes, *, rate: int, per: int = SECONDS) -> bool:
        """Take one token from the bucket of `name`; `False` when it is empty."""
        moment = clock.now()
        now = moment.timestamp()
        with self._lock:
            self._turn(moment.replace(minute=0, second=0, microsecond=0))
            key = hmac.new(self._key, name, hashlib.sha256).digest()
            left, filled = self._left.get(key, (float(rate), now))
            left = refilled(left, now - filled, rate=rate, per=per)
            granted = left >= 1
            self._left[key] = (left - 1 if granted else left, now)
        return granted

    def _turn(self, hour: datetime) -> None:
        if hour != self._hour or len(self._left) > MOST_NETWORKS:
            self._hour, self._key = hour, secrets.token_bytes(32)
            self._left.clear()


def refilled(left: float, seconds: float, *, rate: int, per: int) -> float:
    """Return what a bucket holds after some seconds; a clock that was set back takes nothing out of it (DUR-11)."""
    return min(float(rate), left + max(0.0, seconds) * rate / per)


def allow_try(buckets: Buckets, *, host: str, address: str | None) -> bool:
    """Whether one more try may come in from here.

    Args:
        buckets: of the application.
        host: that the request was sent to; an onion service sees no addresses.
        address: where it came from, as the proxy says.

    """
    network = None if host.partition(":")[0].endswith(".onion") else _network(address)
    if network is not None and not buckets.allow(network, rate=FROM_A_NETWORK):
        return False
    return buckets.allow(_EVERYWHERE, rate=FROM_EVERYWHERE)


def _network(address: str | None) -> bytes | None:
    """Return the front of an address: 24 bits of IPv4, 48 of IPv6; nothing for this machine itself."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        return None
    return parsed.packed[: 3 if isinstance(parsed, IPv4Address) else 6]
