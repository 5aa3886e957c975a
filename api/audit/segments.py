"""The files of the log: segments of records, one a line in canonical JSON, and the seals of those that are full."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from api.audit.canonical import canonical
from depgraph.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from api.audit.canonical import Value

LOG: Final = "audit"
"""The folder of the log, in that of the access keys."""

GENESIS: Final = "0" * 64
"""What the first record names as the hash of the one before."""

_NAME: Final = re.compile(r"([0-9]{8})\.(jsonl|seal\.json)", re.ASCII)

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seal:
    """What stays of a segment that is full, also when it was deleted.

    Attributes
    ----------
    segment : int
        Its number, from 1.
    first, last : int
        The numbers of its records.
    until : str
        The moment of the last one.
    previous, hash : str
        Hashes of the record before it and of its last one.

    """

    segment: int
    first: int
    last: int
    until: str
    previous: str
    hash: str

    def told(self) -> dict[str, Value]:
        """Return what the log itself says of the segment, in the record after it."""
        return {"segment": self.segment, "first": self.first, "last": self.last, "until": self.until}


def segment_path(folder: Path, number: int) -> Path:
    """Return the file of a segment."""
    return folder / f"{number:08}.jsonl"


def seal_path(folder: Path, number: int) -> Path:
    """Return the file of the seal of a segment."""
    return folder / f"{number:08}.seal.json"


def numbers_in(folder: Path) -> range:
    """Return the numbers of the segments from the first to the last of which anything is there."""
    found = [int(match[1]) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    return range(1, max(found, default=0) + 1)


def chained(fields: dict[str, Value], number: int, previous: str) -> tuple[bytes, str]:
    """Return the line of a record that follows another, and its hash."""
    body = {**fields, "number": number, "previous": previous}
    found = hashlib.sha256(canonical(body)).hexdigest()
    return canonical({**body, "hash": found}) + b"\n", found


def record_in(line: bytes) -> Record:
    """Return the record in a line that was written here and not changed.

    Raises
    ------
    ValueError
        If it was not.

    """
    told = json.loads(line)
    if not isinstance(told, dict) or canonical(told) + b"\n" != line:
        raise ValueError("it is not in the form that is written here")
    body = {name: value for name, value in told.items() if name != "hash"}
    if hashlib.sha256(canonical(body)).hexdigest() != told.get("hash"):
        raise ValueError("what it says has another hash")
    if not isinstance(told.get("number"), int) or not isinstance(told.get("time"), str):
        raise ValueError("it has no number or time")  # noqa: TRY004 - a text that is wrong, not a program
    return told


def write_seal(seal: Seal) -> str:
    """Return a seal as its file has it."""
    return json.dumps({"format": 1, **asdict(seal)}, indent=1) + "\n"


def read_seal(path: Path) -> Seal | None:
    """Return the seal in a file; None if there is none.

    Raises
    ------
    InputError
        If it is damaged.

    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        kinds = {"segment": int, "first": int, "last": int, "until": str, "previous": str, "hash": str}
        wrong = [name for name, kind in kinds.items() if type(told[name]) is not kind]
        seal = Seal(**{name: told[name] for name in kinds})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: is no seal of a segment ({error}): take it back from a copy") from None
    if wrong or told.get("format") != 1 or seal.segment != int(path.name[:8]):
        raise InputError(f"{path}: is no seal of this segment: take it back from a copy")
    return seal
