"""What stands in a log, and whether it is what was logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from api.audit.segments import GENESIS, Record, Seal, numbers_in, read_seal, record_in, seal_path, segment_path
from depgraph.errors import InputError, MissingPathError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.audit.checkpoints import Checkpoint


@dataclass(frozen=True, slots=True)
class Found:
    """What a log was found to be.

    Attributes
    ----------
    records : int
        How many records are there and in order, from the first on.
    last : int
        The number of the last of them.
    hash : str
        Its hash.
    after : int
        How many came after the checkpoint: only the file vouches for these.
    bad : int
        The number of the first record that is not as it was logged; 0 if none.
    why : str
        What is wrong with it.
    deleted : tuple of Seal
        Segments that were deleted; their seals stay.
    torn : int
        Bytes after the last record: one that was not written to its end, for which nobody was answered.

    """

    records: int
    last: int
    hash: str
    after: int = 0
    bad: int = 0
    why: str = ""
    deleted: tuple[Seal, ...] = ()
    torn: int = 0


class _BadError(Exception):
    """A record is not as it was logged."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number


def _ignore(_record: Record) -> None:
    pass


def examine(
    folder: Path,
    checkpoint: Checkpoint | None = None,
    *,
    keep_days: int | None = None,
    now: datetime | None = None,
    each: Callable[[Record], None] = _ignore,
) -> Found:
    """Read a log from its first record to its last, or to the first that is not as it was logged.

    Parameters
    ----------
    folder : Path
        Of the log.
    checkpoint : Checkpoint, optional
        Up to it nothing may be changed, taken out, put in, moved or cut off.
    keep_days : int, optional
        Segments may be gone whose last record is older than this; without it, none may. Needs a checkpoint.
    now : datetime, optional
        The time; without it, that of the system.
    each : callable
        Is given every record that is in order.

    Raises
    ------
    MissingPathError
        If there is no log.

    """
    if not folder.is_dir() or (checkpoint is None and not numbers_in(folder)):
        raise MissingPathError(f"{folder}: there is no audit log: depgraph serve writes one")
    walk = _Walk(folder, checkpoint, keep_days, now or datetime.now(tz=UTC), each)
    try:
        walk.go()
    except _BadError as error:
        return walk.found(error.number, str(error))
    return walk.found()


class _Walk:
    """Goes through a log once, segment after segment."""

    def __init__(
        self,
        folder: Path,
        checkpoint: Checkpoint | None,
        keep_days: int | None,
        now: datetime,
        each: Callable[[Record], None],
    ) -> None:
        self._folder, self._checkpoint, self._keep, self._now, self._each = folder, checkpoint, keep_days, now, each
        self._records = self._last = self._torn = 0
        self._hash = GENESIS
        self._deleted: list[Seal] = []
        self._sealed: Seal | None = None

    def found(self, bad: int = 0, why: str = "") -> Found:
        """Return what was found so far."""
        after = max(self._last - self._checkpoint.number, 0) if self._checkpoint else 0
        return Found(self._records, self._last, self._hash, after, bad, why, tuple(self._deleted), self._torn)

    def go(self) -> None:
        """Go through all of it."""
        numbers = numbers_in(self._folder)
        for number in numbers:
            self._segment(number, is_last=number == numbers[-1])
        wanted = self._checkpoint.number if self._checkpoint else 0
        if wanted > self._last:
            raise _BadError(self._last + 1, f"is missing, and all up to record {wanted}, which the checkpoint names")
        if self._deleted and self._deleted[-1].segment == numbers[-1]:
            raise _BadError(self._last + 1, "is missing: the log ends with a segment that was deleted")

    def _segment(self, number: int, *, is_last: bool) -> None:
        path = segment_path(self._folder, number)
        try:
            seal = read_seal(seal_path(self._folder, number))
        except InputError as error:
            raise _BadError(self._last + 1, f"is in a segment whose seal is damaged: {error}") from None
        if not path.exists():
            if seal is None:
                raise _BadError(self._last + 1, f"is missing: {path.name} is gone, and so is its seal")
            self._skip(seal)
        else:
            first, before = self._last + 1, self._hash
            with path.open("rb") as file:
                for line in file:
                    if not line.endswith(b"\n"):
                        self._cut(len(line), is_last=is_last and seal is None)
                        break
                    self._record(line)
            until = "" if seal is None else seal.until
            if seal and (seal.first, seal.previous) != (first, before):
                raise _BadError(first, f"is not the one that {seal_path(self._folder, number).name} begins with")
            if seal and (seal.last, seal.hash, until) != (self._last, self._hash, self._time):
                raise _BadError(
                    min(self._last, seal.last) + (self._last != seal.last),
                    f"is not as {seal_path(self._folder, number).name} has it, which ends with record {seal.last}",
                )
        if seal is None and not is_last:
            raise _BadError(self._last + 1, f"is missing: {path.name} has no seal, and another segment follows")
        self._sealed = seal

    _time = ""

    def _cut(self, size: int, *, is_last: bool) -> None:
        if not is_last:
            raise _BadError(self._last + 1, "is cut off")
        self._torn = size

    def _skip(self, seal: Seal) -> None:
        """Go past a segment that was deleted."""
        self._deleted.append(seal)
        first = self._last + 1
        if (seal.first, seal.previous) != (first, self._hash) or seal.last < seal.first:
            raise _BadError(first, f"is not the one that the seal of segment {seal.segment} begins with")
        if self._checkpoint and not self._is_old(seal.until):
            rule = "say --keep-days" if self._keep is None else f"it is younger than {self._keep} days ({seal.until})"
            raise _BadError(first, f"was deleted, with all up to record {seal.last}: {rule}")
        if self._checkpoint and seal.first <= self._checkpoint.number < seal.last:
            raise _BadError(
                self._checkpoint.number, "was deleted, which the checkpoint names: verify with a later checkpoint"
            )
        self._last, self._hash = seal.last, seal.hash
        self._compare("")

    def _is_old(self, until: str) -> bool:
        try:
            moment = datetime.fromisoformat(until)
            return self._keep is not None and self._now - moment >= timedelta(days=self._keep)
        except (ValueError, TypeError):
            return False

    def _record(self, line: bytes) -> None:
        wanted = self._last + 1
        try:
            record = record_in(line)
        except (ValueError, RecursionError) as error:
            raise _BadError(wanted, f"was changed: {error}") from None
        if record["number"] != wanted:
            raise _BadError(wanted, f"is not in its place: record {record['number']} is")
        if record.get("previous") != self._hash:
            # What it says is as it was written, and so another one than was logged stands before it.
            self._records -= self._last > 0
            self._last -= self._last > 0
            raise _BadError(max(wanted - 1, 1), f"was changed: record {wanted} was written after another one")
        if self._sealed and not self._told(record):
            raise _BadError(wanted, f"does not say what the seal of segment {self._sealed.segment} says")
        self._sealed = None
        self._records += 1
        self._last, self._hash, self._time = wanted, record["hash"], record["time"]
        self._compare("is not the one that the checkpoint names: it was changed, or others before it with all hashes")
        self._each(record)

    def _told(self, record: Record) -> bool:
        """Say whether the first record of a segment says of the one before what its seal says."""
        seal = self._sealed
        return seal is not None and record.get("event") == "sealed" and seal.told().items() <= record.items()

    def _compare(self, why: str) -> None:
        if self._checkpoint and self._last == self._checkpoint.number and self._hash != self._checkpoint.hash:
            self._records -= 1
            raise _BadError(self._last, why or "was deleted, and its seal is not the one that the checkpoint names")
