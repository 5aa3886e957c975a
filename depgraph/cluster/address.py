"""Where a scheduler is, and whether what is sent there is kept from others."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from depgraph.errors import UsageError

_SCHEMES: Final = ("tcp", "tls")


def checked(address: str, *, insecure: bool) -> str:
    """Return the address of a scheduler, its scheme written out.

    Raises
    ------
    UsageError
        If it is none, or leads off this machine without TLS and that is not allowed.

    """
    written = address if "://" in address else f"tcp://{address}"
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        port = None
    if not port or parts.scheme not in _SCHEMES or not parts.hostname or parts.path or "@" in written:
        raise UsageError(f"'{address}' is not an address of a scheduler, such as tls://scheduler.example.org:8786")
    if parts.scheme != "tls" and not insecure and not _is_here(parts.hostname):
        raise UsageError(
            f"'{address}' is not on this machine, and whoever is on the way could read the graph and run code on the"
            " workers: use tls://, or say --insecure-scheduler if the network is yours alone"
        )
    return written


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
