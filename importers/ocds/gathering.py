"""All releases that were given, by contracting process: compiled where somebody did, else merged by date.

Releases of one process may stand anywhere. Each is written to a temporary file as it is met, and only where it stands
there is remembered: what is read may be larger than memory.
"""

from __future__ import annotations

import datetime as dt
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from depgraph.model import Finding, Level
from importers.ocds.merging import merged
from importers.readers.entries import Entry, entries
from importers.readers.faults import fault
from importers.readers.files import find_files, in_turn
from importers.readers.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.ports import Given
    from importers.readers.record import Json

LISTS: Final = ("releases", "records")
_GATHERED: Final = 0.4
"""The part of the time that it takes until all is gathered."""
_IGNORED: Final = (".xml", ".md", ".txt", ".csv")


class Process(NamedTuple):
    """One contracting process as its releases tell it.

    Attributes
    ----------
    releases : tuple of str
        The ids of the releases that it was merged of; none where it is one release, or its publisher merged them.
    whole : bool
        Whether it tells all of the process: merged here or by its publisher.

    """

    value: dict[str, Json]
    place: str
    releases: tuple[str, ...] = ()
    whole: bool = False


class _Kept(NamedTuple):
    """Where a release stands in the temporary file, and what orders it."""

    offset: int
    size: int
    place: str
    date: str
    compiled: bool


@dataclass(slots=True)
class _Gathered:
    spool: IO[bytes]
    processes: dict[str, list[_Kept]] = field(default_factory=dict)
    linked: int = 0

    def keep(self, release: Json, record: str, *, compiled: bool = False, ocid: str = "") -> Finding | None:
        """Keep a release; return what is wrong with it."""
        if not isinstance(release, dict):
            return _error(record, "", "is no object: a release is wanted", "wrong-type")
        if "url" in release and not release.keys() & {"awards", "contracts", "tender", "parties", "buyer"}:
            self.linked += 1
            return None
        process = release.get("ocid") or ocid
        own = f"release {release['id']}" if release.get("id") not in (None, "") else ""
        if not process and not own:
            return _error(record, "ocid", "has neither ocid nor id: nobody can tell which process it is", "missing-key")
        date = release.get("date")
        written = json.dumps(release, ensure_ascii=False).encode("utf-8", "surrogatepass")
        offset = self.spool.seek(0, 2)
        self.spool.write(written)
        kept = _Kept(offset, len(written), record, date if isinstance(date, str) else "", compiled)
        self.processes.setdefault(str(process or own), []).append(kept)
        if not process:
            message = "has no ocid: taken for a process of its own"
            return Finding(Level.WARNING, "no-ocid", record, "ocid", message)
        return None

    def read(self, kept: _Kept) -> dict[str, Json]:
        self.spool.seek(kept.offset)
        found: dict[str, Json] = json.loads(self.spool.read(kept.size).decode("utf-8", "surrogatepass"))
        return found


def processes(given: Given) -> Iterator[Process | Finding]:
    """Yield each contracting process, and what is wrong with what was given.

    Raises
    ------
    MissingPathError, InputError
        If a path cannot be read.

    """
    progress = Progress(given.reached)
    with _spool() as gathered:
        files = find_files(given.paths)
        progress.begin(sum(file.size for file in in_turn(files)), upto=_GATHERED)
        for file in in_turn(files):
            if len(files) > 1 and file.name.endswith(_IGNORED):
                yield Finding(Level.NOTE, "not-read", file.label, "", "is no JSON by its name: not read")
                continue
            try:
                with file.open() as stream:
                    for entry in entries(progress.watch(stream), file.label, LISTS):
                        yield from _take(gathered, entry)
            except InputError as error:
                yield from error.findings
        if gathered.linked:
            message = f"{gathered.linked:,} releases are links: they are not fetched, what is here is read"
            yield Finding(Level.NOTE, "linked-releases", "", "url", message)
        progress.begin(gathered.spool.seek(0, 2))
        for kept in gathered.processes.values():
            yield from _whole(gathered, kept)
            progress.add(sum(one.size for one in kept))


@contextmanager
def _spool() -> Iterator[_Gathered]:
    with TemporaryFile() as file:
        yield _Gathered(file)


def _take(gathered: _Gathered, entry: Entry | Finding) -> Iterator[Finding]:
    if isinstance(entry, Finding):
        yield entry
        return
    value = entry.value
    if entry.key == "records" or _is_record(value):
        yield from _record(gathered, entry)
    elif entry.key == "releases" or (entry.alone and _is_release(value)):
        found = gathered.keep(value, entry.record)
        if found:
            yield found
    elif entry.alone:
        yield _error(entry.record, "", "is neither a release nor a record, nor a package of such", "wrong-type")


def _is_record(value: Json) -> bool:
    return isinstance(value, dict) and "compiledRelease" in value


def _is_release(value: Json) -> bool:
    return isinstance(value, dict) and bool(value.keys() & {"ocid", "tag", "awards", "tender", "buyer"})


def _record(gathered: _Gathered, entry: Entry) -> Iterator[Finding]:
    """Keep the releases of a record: the compiled one where there is one."""
    record = entry.value
    if not isinstance(record, dict):
        yield _error(entry.record, "", "is no object: a record is wanted", "wrong-type")
        return
    ocid = record.get("ocid")
    ocid = ocid if isinstance(ocid, str) else ""
    compiled = record.get("compiledRelease")
    listed = record.get("releases")
    each = listed if isinstance(listed, list) else []
    findings: list[Finding | None] = []
    if isinstance(compiled, dict):
        findings.append(gathered.keep(compiled, f"{entry.record}/compiledRelease", compiled=True, ocid=ocid))
    elif any(isinstance(one, dict) and "url" not in one for one in each):
        findings += [gathered.keep(one, f"{entry.record}/releases/{at}", ocid=ocid) for at, one in enumerate(each)]
    else:
        message = "has no compiledRelease and no release that is more than a link: nothing in it can be read"
        findings.append(Finding(Level.WARNING, "nothing-inside", entry.record, "compiledRelease", message))
    yield from (one for one in findings if one)


def _whole(gathered: _Gathered, kept: list[_Kept]) -> Iterator[Process | Finding]:
    compiled = [one for one in kept if one.compiled]
    if compiled:
        # Of several deliveries of one record the latest tells all.
        last = max(compiled, key=lambda one: _instant(one.date))
        yield Process(gathered.read(last), last.place, whole=True)
        return
    if len(kept) == 1:
        yield Process(gathered.read(kept[0]), kept[0].place)
        return
    undated = [one for one in kept if not one.date]
    if undated or len({_instant(one.date) for one in kept}) < len(kept):
        message = "releases of one process have no date, or the same: they are merged in the order of the file"
        yield Finding(Level.NOTE, "order-of-releases", kept[0].place, "date", message)
    ordered = sorted(kept, key=lambda one: _instant(one.date))
    releases = [gathered.read(one) for one in ordered]
    ids = tuple(str(one["id"]) for one in releases if one.get("id") not in (None, ""))
    yield Process(merged(releases), ordered[-1].place, ids, whole=True)


def _instant(written: str) -> float:
    """Return the seconds of a date with time, as far as it is one; before all others if it is none."""
    try:
        found = dt.datetime.fromisoformat(written.strip())
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).timestamp()
    except (ValueError, OverflowError):
        return float("-inf")


def _error(place: str, key: str, message: str, code: str) -> Finding:
    return fault(place, key, message, code).findings[0]
