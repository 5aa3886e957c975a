"""The reports that there are: what makes one of a graph, as seen by whom, and the template that shows it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from depgraph.errors import UsageError
from depgraph.usecases.auditor.report import report_to_auditor
from depgraph.usecases.packs.hub import report_to_hub
from depgraph.usecases.packs.procurement import report_to_procurement
from depgraph.usecases.questions.readings import readings
from depgraph.usecases.replies import replies_of, without_words
from depgraph.usecases.traces import samples_of
from depgraph.usecases.viewers import Role, Viewer, for_awards

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from depgraph.ports import Store
    from depgraph.usecases.answer import Meta
    from depgraph.usecases.view import View


class Report(Protocol):
    """A dataclass that holds all that a report says, and what it rests on."""

    @property
    def meta(self) -> Meta[Any]:
        """What makes it reproducible."""


class Beside(Protocol):
    """What of a store a report is called with beside a view of it; without people's words where names are redacted."""

    def __call__(self, store: Store, view: View, *, redact: bool) -> Mapping[str, Any]:
        """Return it by the names under which the use case takes it."""
        ...


class Kind(NamedTuple):
    """One sort of report."""

    build: Callable[..., Report]
    """Called with a view and, of what it takes, all that was asked."""

    template: str
    takes: tuple[str, ...]
    needs: tuple[str, ...] = ()
    """The words that it may be asked with, and those of them that it must."""

    viewer: Callable[[Mapping[str, Any], Viewer | None], Viewer | None] = lambda _, viewer: viewer
    """As seen by whom it is made, of what it is asked with and who asks; None: by the keeper of the store."""

    beside: Beside = lambda *_, **__: MappingProxyType({})
    """What else it is called with, that the store knows and no graph."""

    since: bool = False
    """Whether it can tell what changed since an earlier one."""

    seen_as: Callable[[Mapping[str, Any]], str] = lambda _: ""
    """As whom `--as` has others look who see the same, of what it is asked with; empty: the keeper of the store."""

    own: bool = False
    """Whether it is for the hub that it is about: nobody else asks for it but the keeper of the store."""


def is_hub(viewer: Viewer | None, hub: str) -> bool:
    """Say whether somebody is a hub, and nobody whom it looks after."""
    return viewer is not None and viewer.role is Role.HUB and viewer.hubs[:1] == (hub,)


def _hub(asked: Mapping[str, Any], viewer: Viewer | None) -> Viewer:
    """Return who looks at the report to a hub: the hub itself where it asks, with the ceiling that it has."""
    return viewer if viewer and is_hub(viewer, asked["hub"]) else Viewer(hubs=(asked["hub"],))


def _beside_audited(store: Store, view: View, *, redact: bool) -> Mapping[str, Any]:
    """Return how much rests on who is who, what was drawn to be traced, and what audited bodies answered."""
    replies = replies_of(store, view)
    return {
        "readings": readings(store, view),
        "samples": samples_of(store, view.graph.digest, view.lens.viewer),
        "replies": without_words(replies) if redact else replies,
    }


KINDS: Final = {
    "auditor": Kind(
        report_to_auditor,
        "auditor.html",
        ("sector", "hub", "as_keeper"),
        beside=_beside_audited,
        since=True,
    ),
    "hub": Kind(
        report_to_hub,
        "hub.html",
        ("hub", "sector", "supplier"),
        ("hub",),
        _hub,
        seen_as=lambda asked: f"{Role.HUB.value}:{asked['hub']}",
        own=True,
    ),
    "procurement": Kind(
        report_to_procurement,
        "procurement.html",
        ("supplier", "buyer", "service_type", "against"),
        ("supplier",),
        lambda _, viewer: for_awards(viewer),
        seen_as=lambda _: Role.PROCUREMENT.value,
    ),
}
"""By the word of the command; another report is one more entry."""

COMMAND: Final = "report "
"""What stands before the kind of a report in its `meta.command`."""


def asked_of(
    kind: str, asked: Mapping[str, Any], *, as_keeper: bool, viewer: Viewer | None = None
) -> tuple[dict[str, Any], Viewer | None]:
    """Return what a kind of report is asked with, and as seen by whom it is made.

    Parameters
    ----------
    kind : str
    asked : mapping
        What is empty was not asked.
    as_keeper : bool
        Whether it is made as seen by the keeper of the store whatever its kind.
    viewer : Viewer, optional
        Who asks for it; without, the keeper of the store does.

    Raises
    ------
    UsageError
        If there is no such kind, it is not asked with one of these, or lacks one that it needs.

    """
    if kind not in KINDS:
        raise UsageError(f"there is no report '{kind}': use {', '.join(KINDS)}")
    report = KINDS[kind]
    given = {name: value for name, value in asked.items() if value}
    for name in given:
        if name not in report.takes:
            taken = ", ".join(map(_option, report.takes))
            raise UsageError(f"report {kind} does not take {_option(name)}: it takes {taken}")
    for name in report.needs:
        if name not in given:
            raise UsageError(f"report {kind} is about one {name}: name it with {_option(name)}")
    if as_keeper:
        return {**given, **({"as_keeper": True} if "as_keeper" in report.takes else {})}, None
    return given, report.viewer(given, viewer)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
