"""What the numbered migrations of both stores have in common: checksums, and how a store is told from a newer one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from depgraph.errors import StoreVersionError

if TYPE_CHECKING:
    from collections.abc import Sequence


def checksum(text: str) -> str:
    """Return the SHA-256 of what a migration runs: the ledger of a store shows that it is what this version expects."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_known(location: str, what: str, number: int, known: int) -> None:
    """Find a store that has had more migrations than this version knows.

    Parameters
    ----------
    location : str
        Of the store.
    what : str
        What has the version, for the message.
    number, known : int
        How many migrations it has had, and how many there are.

    Raises
    ------
    StoreVersionError

    """
    if number > known:
        raise StoreVersionError(
            f"'{location}' was written by a newer depgraph ({what} {number}, this one knows {known}): upgrade depgraph"
        )


def check_ledger(location: str, number: int, written: Sequence[object], expected: Sequence[object], cure: str) -> None:
    """Find a store whose ledger says other migrations than those of its version.

    Raises
    ------
    StoreVersionError

    """
    if list(written) != list(expected):
        raise StoreVersionError(f"the ledger of '{location}' does not match its version {number}: {cure}")
