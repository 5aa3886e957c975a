"""`Asked`: all that a report was asked with, by a command or as the report itself says; and the report made so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast, get_args

from depgraph.errors import InputError, UsageError
from depgraph.reports.kinds import COMMAND, KINDS, asked_of
from depgraph.reports.redacting import redacted
from depgraph.usecases.auditor.since import Earlier, earlier
from depgraph.usecases.auditor.since import since as changes_since
from depgraph.usecases.questions.moments import is_moment
from depgraph.usecases.view import KEEPER, Lens, open_view
from depgraph.usecases.viewers import viewer_of
from depgraph.usecases.words import RegisterScope, Resolution

if TYPE_CHECKING:
    from depgraph.ports import Store
    from depgraph.reports.kinds import Report
    from depgraph.usecases.view import View

_LENS: Final = ("min_confidence", "accept", "tested_since", "scope", "resolution")
"""Parameters that say through what the store is looked at; a report tells those that are not as usual."""

_WORDS: Final = {"scope": get_args(RegisterScope), "resolution": get_args(Resolution)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: which kind of report, with what, and through what the store is looked at."""

    kind: str
    given: Mapping[str, Any]
    lens: Lens
    since: Earlier | None = None
    """Since when changes are told."""
    redact: bool = False
    secret: bytes = b""
    """Whether names are redacted, and what decides the order of their numbers."""

    @property
    def template(self) -> str:
        """The template that shows it."""
        return KINDS[self.kind].template


def make_report(store: Store, asked: Asked) -> tuple[View, Report]:
    """Return what a report looks at, and the report; the same store and question give the same report."""
    view = open_view(store, asked.lens)
    kind = KINDS[asked.kind]
    more = dict(kind.beside(store, view, redact=asked.redact))
    if asked.since:
        about = {name: asked.given.get(name, "") for name in ("sector", "hub")}
        more["since"] = changes_since(store, view, asked.since, **about)
    report = kind.build(view, **asked.given, **more)
    return view, redacted(report, view, asked.secret) if asked.redact else report


def asked_again(meta: object) -> Asked:
    """Return with what a report was asked, as its `meta` in JSON says.

    Raises
    ------
    InputError
        If it says no such thing.
    UsageError
        If no report is asked so.

    """
    if not isinstance(meta, Mapping) or not str(meta.get("command")).startswith(COMMAND):
        raise InputError("is no report of depgraph: nothing in it says how it was made")
    parameters = meta.get("parameters")
    as_of, revision = meta.get("as_of"), meta.get("revision")
    if not isinstance(parameters, Mapping) or not isinstance(as_of, str) or type(revision) is not int:
        raise InputError("is no whole report: of what it was made (parameters, as_of, revision) it does not say")
    if "redact" in parameters:
        raise UsageError("names are redacted in this report: verify the one with names, made of the same facts")
    left = {str(name): _taken(str(name), value) for name, value in parameters.items()}
    left.pop("seen_by", None)
    since, digest = left.pop("since", ""), left.pop("since_digest", "")
    if since and not is_moment(since):
        raise InputError(f"the parameter 'since' of the report is {since!r}, which is neither a revision nor a date")
    before = Earlier(moment=since, digest=digest) if since else None
    keeper, words = left.pop("as_keeper", False), left.pop("as", ())
    through = {name: left.pop(name) for name in _LENS if name in left}
    kind = str(meta["command"]).removeprefix(COMMAND)
    given, viewer = asked_of(kind, left, as_keeper=bool(keeper))
    viewer = viewer_of(words) if words else viewer
    return Asked(kind, given, Lens(as_of=as_of, revision=revision, viewer=viewer, **through), before)


def _taken(name: str, value: object) -> Any:
    """Return a parameter as the report is asked with it."""
    if name == "min_confidence" and type(value) in (int, float):
        return float(cast("float", value))
    if name == "as_keeper" and isinstance(value, bool):
        return value
    if name in ("against", "as") and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    if not isinstance(value, str) or value not in _WORDS.get(name, (value,)):
        raise InputError(f"the parameter '{name}' of the report is {value!r}, which no report is asked with")
    return value


def asked_with(
    kind: str, given: Mapping[str, Any], *, as_keeper: bool, packed: bool, since: str = "", lens: Lens = KEEPER
) -> Asked:
    """Return what is asked, as seen by whom this kind of report is for, or else by the viewer of `lens`.

    A pack leaves the house: one that is for nobody in particular is as seen by the hub that it is about.

    Raises
    ------
    UsageError
        As `asked_of`, or if nobody says for whom a pack is.

    """
    taken, viewer = asked_of(kind, given, as_keeper=as_keeper, viewer=lens.viewer)
    viewer = viewer or lens.viewer
    if since and not KINDS[kind].since:
        able = " and ".join(name for name, other in KINDS.items() if other.since)
        raise UsageError(f"report {kind} does not take --since: report {able} does")
    if packed and viewer is None and not as_keeper:
        if not taken.get("hub"):
            raise UsageError(
                "a pack holds the facts behind the report: for whom is it? Name --hub, or --as hub:NAME or"
                " organisation:NAME: it is made of what they may see; --as-keeper puts all facts of the store into it"
            )
        viewer = viewer_of([f"hub:{taken['hub']}"])
    return Asked(kind, taken, replace(lens, viewer=viewer), earlier(since) if since else None)
