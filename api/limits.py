"""`Limits`: how often one may ask, told in the headers of draft-ietf-httpapi-ratelimit-headers-10."""

from __future__ import annotations

import ipaddress
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

PER_KEY: Final = 600
PER_ADDRESS: Final = 60
"""Requests a minute of one key or holder of tokens, and of one address from which nobody says who he is."""

_WINDOW: Final = 60


@dataclass(frozen=True, slots=True)
class Quota:
    """What one may ask in a minute, and what is left of it.

    Attributes
    ----------
    name : str
        `key` or `address`: what is counted.
    quota, left, seconds : int
        Requests in the minute that began with his first one, those left, and seconds until the next one.
    allowed : bool
        Whether the request that was counted may be answered.
    own : bool
        Whether nobody else is counted with him, so that he may be told what is left.

    """

    name: str
    quota: int
    left: int
    seconds: int
    allowed: bool
    own: bool

    def headers(self) -> Mapping[str, str]:
        """Return what he is told; who may be counted with others is not told how often they ask."""
        policy = {"RateLimit-Policy": f'"{self.name}";q={self.quota};w={_WINDOW}'}
        if self.own or not self.allowed:
            policy["RateLimit"] = f'"{self.name}";r={self.left};t={self.seconds}'
        return policy if self.allowed else policy | {"Retry-After": str(self.seconds)}


class Limits:
    """Counts requests of keys and of addresses, each by itself, in this process; 0 is no limit."""

    def __init__(self, *, per_key: int = PER_KEY, per_address: int = PER_ADDRESS) -> None:
        self._per_key, self._per_address = per_key, per_address
        self._counting = FixedWindowRateLimiter(MemoryStorage())

    def of_key(self, key: str) -> Quota | None:
        """Count a request of whoever holds a key, and of nobody else."""
        return self._counted("key", self._per_key, key, own=True)

    def of_address(self, scope: Scope) -> Quota | None:
        """Count a request of who does not say who he is, by his address: others may be behind it too."""
        client = scope.get("client")
        return self._counted("address", self._per_address, _network(client[0] if client else ""), own=False)

    def _counted(self, name: str, quota: int, who: str, *, own: bool) -> Quota | None:
        if not quota:
            return None
        item = RateLimitItemPerMinute(quota)
        allowed = self._counting.hit(item, name, who)
        window = self._counting.get_window_stats(item, name, who)
        seconds = min(max(math.ceil(window.reset_time - time.time()), 1), _WINDOW)
        return Quota(name, quota, window.remaining, seconds, allowed, own)


def _network(address: str) -> str:
    """Return what one client has: an address, or of IPv6 a network, of which it may use any.

    Examples
    --------
    >>> _network("192.0.2.1"), _network("2001:db8::1:2:3:4")
    ('192.0.2.1', '2001:db8::/64')

    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
