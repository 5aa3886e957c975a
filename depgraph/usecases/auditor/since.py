"""What changed since an earlier report: each measure that moved, with its cause, and how many facts did."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from depgraph.errors import UsageError
from depgraph.usecases.questions.diff import diff
from depgraph.usecases.questions.moments import is_date, is_moment
from depgraph.usecases.questions.reported import Reported
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.questions.trend import Trend, trend

if TYPE_CHECKING:
    from depgraph.ports import Store
    from depgraph.usecases.questions.causes import Explained
    from depgraph.usecases.questions.diff import ChangeCount, ChangedFact
    from depgraph.usecases.view import View

MOMENTS: Final = 24
"""Over how many revisions a trend is drawn."""
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
    reported: Annotated[str, "digest of the graph that the earlier report says it was made of; empty: none was given"]
    same: Annotated[bool | None, "whether the earlier report was made of that graph; nothing: no report was given"]
    counted: Annotated[tuple[ChangeCount, ...], "how many facts came, went and changed, and why"]
    facts: Annotated[tuple[ChangedFact, ...], "the first of them"]
    moved: Annotated[tuple[Explained, ...], "measures that moved, each with its cause"]
    trend: Annotated[Trend | None, "how the score of the group that may weigh most now went since; nothing: not told"]
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


def _trend(store: Store, view: View, begin: str, sector: str, hub: str) -> tuple[Trend | None, tuple[str, ...]]:
    """Return how the score of the group that may weigh most now went since a moment, or why that is not told."""
    rows = rank_single_points(view, by="group", sector=sector, hub=hub, limit=1).rows
    if not rows:
        return None, ()
    end = view.graph.as_of if is_date(begin) else str(view.revision)
    if not is_date(begin) and view.revision - int(begin) >= MOMENTS:
        asked = f"depgraph trend --measure score --id '{rows[0].id}' --by group --over revisions"
        return None, (f"a trend over {view.revision - int(begin) + 1:,} revisions is not drawn here: {asked}",)
    lens = replace(view.lens, revision=None, as_of="")
    over: Literal["dates", "revisions"] = "dates" if is_date(begin) else "revisions"
    over_what: dict[str, Any] = {"over": over, "begin": begin, "end": end, "by": "group", "sector": sector, "hub": hub}
    try:
        return trend(store, "score", rows[0].id, lens=lens, causes=False, **over_what), ()
    except UsageError:  # nothing was retrieved from the one date to the other
        return None, ()


def since(store: Store, view: View, before: Earlier, *, sector: str = "", hub: str = "") -> Since:
    """Return what changed from an earlier moment to a view of the same store.

    Raises
    ------
    UsageError
        If the moment is outside the history, or nobody was in the sector or hub then.

    """
    graph = view.graph
    after = Reported("this report", view.revision, graph.as_of, graph.digest)
    # Of a revision the date is that of its own data, as it is of a report: whatever date this one was asked for.
    lens = replace(view.lens, revision=None, as_of="")
    difference = diff(((store, before.moment), (store, after)), lens, by="group", sector=sector, hub=hub, limit=SHOWN)
    told = difference.adds.before
    course, more = _trend(store, view, before.moment, sector, hub)
    return Since(
        moment=before.moment,
        as_of=told.as_of,
        revision=told.revision,
        digest=told.graph_digest,
        reported=before.digest,
        same=told.graph_digest == before.digest if before.digest else None,
        counted=difference.adds.counted,
        facts=difference.adds.changes,
        moved=difference.rows,
        trend=course,
        notes=(*(note for note in difference.meta.notes if note not in view.notes), *more),
        partial=difference.meta.partial,
    )
