"""What changed since an earlier report: each measure that moved, with its cause, and how many facts did."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from depgraph.errors import UsageError
from depgraph.usecases.questions.diff import diff
from depgraph.usecases.questions.moments import is_date, is_moment

if TYPE_CHECKING:
    from depgraph.ports import Store
    from depgraph.usecases.questions.causes import Explained
    from depgraph.usecases.questions.diff import ChangeCount, ChangedFact
    from depgraph.usecases.view import View

SHOWN: Final = 10
"""Of how many groups, shares and facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The earlier report, or the moment, that this one is compared with."""

    moment: Annotated[str, "a revision of the store, or a date"]
    digest: Annotated[str, "digest of the graph that the earlier report was made of; empty: no report was given"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What changed since an earlier report."""

    moment: Annotated[str, "the revision of the store, or the date, that is compared with"]
    as_of: Annotated[str, "the date on which its needs are in force"]
    revision: Annotated[int, "of the store"]
    digest: Annotated[str, "digest of its graph"]
    same: Annotated[bool | None, "whether the earlier report was made of that graph; nothing: no report was given"]
    counted: Annotated[tuple[ChangeCount, ...], "how many facts came, went and changed, and why"]
    facts: Annotated[tuple[ChangedFact, ...], "the first of them"]
    moved: Annotated[tuple[Explained, ...], "measures that moved, each with its cause"]
    notes: Annotated[tuple[str, ...], "what to know of the comparison"]
    partial: Annotated[str, "what is left out of it"]


def earlier(written: str) -> Earlier:
    """Return what an earlier report says that it was made of, or the moment that is written in its place.

    Parameters
    ----------
    written : str
        A revision, a date, or the path of a report of the auditor in JSON.

    Raises
    ------
    UsageError
        If it is none of these.

    """
    if is_moment(written):
        return Earlier(moment=written)
    path = Path(written)
    cure = "name a revision, a date, or an earlier report auditor that was written to a name in .json"
    if not path.is_file():
        raise UsageError(f"there is no earlier report '{written}': {cure}")
    try:
        meta: Any = json.loads(path.read_bytes())["meta"]
        command, revision, digest = meta["command"], meta["revision"], meta["graph_digest"]
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{written}: is no report in JSON: {cure}") from None
    if command != "report auditor" or not isinstance(revision, int):
        raise UsageError(f"{written}: is of '{command}', and no report auditor: {cure}")
    return Earlier(moment=str(revision), digest=str(digest))


def since(store: Store, view: View, before: Earlier, *, sector: str = "", hub: str = "") -> Since:
    """Return what changed from an earlier moment to a view of the same store.

    Raises
    ------
    UsageError
        If the moment is outside the history, or nobody was in the sector or hub then.

    """
    after = view.graph.as_of if is_date(before.moment) else str(view.revision)
    # Of a revision the date is that of its own data, as it is of a report, unless one was asked for.
    lens = replace(view.lens, revision=None, as_of="" if is_date(before.moment) else view.lens.as_of)
    found = diff(((store, before.moment), (store, after)), lens, by="group", sector=sector, hub=hub, limit=SHOWN)
    told = found.adds.before
    return Since(
        moment=before.moment,
        as_of=told.as_of,
        revision=told.revision,
        digest=told.graph_digest,
        same=told.graph_digest == before.digest if before.digest else None,
        counted=found.adds.counted,
        facts=found.adds.changes,
        moved=found.rows,
        notes=tuple(note for note in found.meta.notes if note not in view.notes),
        partial=found.meta.partial,
    )
