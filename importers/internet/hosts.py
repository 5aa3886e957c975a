"""Names of hosts, as DNS gives them and people write them."""

from __future__ import annotations

from functools import lru_cache

from depgraph.errors import InvalidIdError
from depgraph.ids import mint, value_of


@lru_cache(maxsize=1 << 14)
def hostname(written: str) -> str:
    r"""Return a host name in ASCII and lower case, without the dot at its end; an empty text if it is none.

    A host has labels of letters, digits, hyphens and underscores, at least two of them, and its last one is no number.

    Examples
    --------
    >>> hostname("MX1.Example.NL."), hostname("x.onmicrosoft.com\\032"), hostname("192.0.2.1"), hostname("localhost")
    ('mx1.example.nl', '', '', '')

    """
    try:
        host = value_of(mint("domain", written))
    except InvalidIdError:
        return ""
    _, dot, last = host.rpartition(".")
    return host if dot and not last.isdecimal() else ""
