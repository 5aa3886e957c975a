"""The moment of a report, or of any answer, that was kept as JSON: its revision and date, and of which graph it is."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError, MissingPathError

if TYPE_CHECKING:
    from pathlib import Path


_FORMS: Final = (".json", ".html", ".pdf", ".xlsx")


class Reported(NamedTuple):
    """What a report says of the graph that it is about.

    Attributes
    ----------
    file : str
        What it is called.
    revision : int
    as_of : str
        ISO 8601 date.
    digest : str
        SHA-256 of all that the graph says.

    """

    file: str
    revision: int
    as_of: str
    digest: str


def is_report(text: str) -> bool:
    """Say whether a text names a file in one of the forms of a report.

    Examples
    --------
    >>> [is_report(text) for text in ("last year.json", "report.PDF", "last.store", "7", "2026-01-31")]
    [True, True, False, False, False]

    """
    return PurePath(text).suffix.lower() in _FORMS


def read_reported(path: Path) -> Reported:
    """Return the moment of a report in a file.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        If it is not the JSON of a report or answer, or of one that rests on no graph.

    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise MissingPathError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise InputError(
            f"{path.name}: is not JSON: give the report in that form, which has its revision and date (--out FILE.json)"
        ) from None
    meta = document.get("meta") if isinstance(document, dict) else None
    known = meta if isinstance(meta, dict) else {}
    revision, as_of, digest = (known.get(each) for each in ("revision", "as_of", "graph_digest"))
    for name, value, kind in (("revision", revision, int), ("as_of", as_of, str), ("graph_digest", digest, str)):
        if not isinstance(value, kind) or isinstance(value, bool):
            raise InputError(
                f"{path.name}: meta.{name}: is not there: give a report or an answer that rests on a graph"
            )
    return Reported(path.name, int(str(revision)), str(as_of), str(digest))
