"""What is odd in documents that others define, gathered while they are read: one finding for each kind of oddity.

A format of others is read with an open world: its keeper adds keys and changes values without asking us. Such a thing
stops nothing, is never silent, and does not fill a screen: all places with the same oddity are one warning, with their
number and the first of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from depgraph.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Collection


class _Oddity(NamedTuple):
    """A kind of oddity: the path of the key without positions, the code of the finding, and what it says."""

    path: str
    code: str
    field: str
    message: str


class Remarks:
    """The oddities of one or more documents.

    Parameters
    ----------
    ignore : collection of str
        Keys that the user knows to be foreign: these are not remarked on.

    """

    def __init__(self, ignore: Collection[str] = ()) -> None:
        self._ignore = frozenset(ignore)
        self._first: dict[_Oddity, str] = {}
        self._times: dict[_Oddity, int] = {}

    def unknown_key(self, path: str, key: str, record: str) -> None:
        """Remark on a key that is not known; `path` is where such keys stand, without positions in lists."""
        if key not in self._ignore:
            message = "the key is not known and not read: --ignore leaves out this warning"
            self._add(_Oddity(f"{path}/{key}", "unknown-key", key, message), record)

    def not_read(self, path: str, key: str, record: str, message: str) -> None:
        """Remark on a value that is not of the form that its key has: it counts as not stated."""
        self._add(_Oddity(f"{path}/{key}", "not-read", key, f"{message}; taken as not stated"), record)

    def findings(self) -> tuple[Finding, ...]:
        """Return one warning for each kind of oddity, in the order in which they were met."""
        return tuple(
            Finding(Level.WARNING, oddity.code, record, oddity.field, f"{oddity.message}{self._counted(oddity)}")
            for oddity, record in self._first.items()
        )

    def _counted(self, oddity: _Oddity) -> str:
        times = self._times[oddity]
        return f" ({times:,} times, here first)" if times > 1 else ""

    def _add(self, oddity: _Oddity, record: str) -> None:
        self._first.setdefault(oddity, record)
        self._times[oddity] = self._times.get(oddity, 0) + 1
