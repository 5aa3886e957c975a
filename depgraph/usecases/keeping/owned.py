"""Imports of somebody who does not keep the store: into a part of his own, beside what he may not see."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from depgraph.errors import AccessError, UsageError
from depgraph.graph import Role, audience_of, may_see
from depgraph.model import LABELS
from depgraph.usecases.keeping.precedence import opens
from depgraph.usecases.viewers import label_of
from depgraph.usecases.visible import VisibleStore

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from depgraph.graph import Viewer
    from depgraph.model import Facts, Import, Label, Marking
    from depgraph.ports import Imported, InputFile, Origin, Receipt, Store, Superseded

_TOKEN: Final = re.compile(r"[a-z2-7]{8}", re.ASCII)
"""What a part's name ends with, so that nobody need be told that a name is taken."""


IMPORTING: Final = (Role.OPERATOR, Role.HUB, Role.ORGANISATION)
"""Roles that may import, where a list says how they may mark it."""


def labels_to_mark(viewer: Viewer, written: Iterable[str]) -> tuple[str, ...]:
    """Return the labels that somebody may give to what he imports, as they are told.

    Raises
    ------
    UsageError
        If one is no label or above his ceiling, or he has a role that imports nothing.

    """
    labels = {label_of(one) for one in written}
    if labels and viewer.role not in IMPORTING:
        raise UsageError(f"{viewer.role or 'nobody'} imports nothing: only {', '.join(IMPORTING)}")
    for label in labels:
        if LABELS.index(label) > LABELS.index(viewer.ceiling):
            raise UsageError(f"{label.value} is above the ceiling {viewer.ceiling.value}: what is so marked is hidden")
    return tuple(label.value for label in LABELS if label in labels)


def check_marking(viewer: Viewer, marking: Marking, may_mark: Collection[Label]) -> None:
    """Refuse a marking that somebody may not give to what he imports.

    Raises
    ------
    AccessError
        If its label is none of those that he may give.
    UsageError
        If he would not see himself what he imports: he could never replace it.

    """
    if marking.label not in may_mark:
        given = ", ".join(sorted(may_mark)) or "nothing"
        raise AccessError(f"this login may mark what it imports {given}, and not {marking.label.value}")
    if not may_see(viewer, marking):
        own = {Role.HUB: "hub", Role.ORGANISATION: "organisation"}.get(viewer.role, "") if viewer.role else ""
        cure = f": name your {own}, or be its recipient" if own else ""
        raise UsageError(f"you would not see what is marked {marking.text or marking.label.value} yourself{cure}")


class OwnedStore(VisibleStore):
    """A store as one viewer has it, into which he may import: a part of his own.

    Whatever an import reads of the store, or says of it, it reads as its viewer. The part that it replaces is one
    that he sees; where there is none, what he imports gets a name that no part ever had.

    Parameters
    ----------
    store : Store
    viewer : Viewer
    tokens : callable
        Gives eight letters or digits (of base 32) for 0, 1, and so on: nobody can tell those of 1 from those of 0.

    """

    def __init__(self, store: Store, viewer: Viewer, tokens: Callable[[int], str]) -> None:
        super().__init__(store, (viewer,))
        self._tokens = tokens

    def known_with(self, marking: Marking) -> Store:
        """Return what everybody sees to whom a marking opens anything: what so marked data may be made of."""
        return VisibleStore(self.store, (*self.viewers, *audience_of(marking)))

    def stored(self, source: str, part: str, files: tuple[InputFile, ...], *, since: int) -> int | None:
        """Return the revision that some files made of a part after another one, as the viewer counts; None if none."""
        return next(
            (
                one.revision
                for one in self.describe().history
                if (one.run.source, one.run.part, one.receipt.files) == (source, part, files) and one.revision > since
            ),
            None,
        )

    def part(self, source: str, asked: str, marking: Marking) -> str:
        """Return the name of the part that an import is to have.

        Raises
        ------
        UsageError
            If it would replace what is more closed: that is for whoever keeps the store.

        """
        name = _owner(self.viewers[0]) + (f"/{asked}" if asked else "")
        mine = re.compile(rf"{re.escape(name)} \({_TOKEN.pattern}\)", re.ASCII)
        held = [one for one in _in_force(self) if one.run.source == source and mine.fullmatch(one.run.part)]
        if held:
            last = max(held, key=lambda one: one.revision)
            if opens(marking, last.run.marking):
                was = last.run.marking.text or last.run.marking.label.value
                raise UsageError(
                    f"'{source}' ({last.run.part}) is marked {was}, and more would see it as"
                    f" {marking.text or marking.label.value}: mark it as it is, or ask whoever keeps the store"
                )
            return last.run.part
        taken = {one.run.part for one in self.store.describe().history if one.run.source == source}
        number = 0
        while (found := f"{name} ({self._tokens(number)})") in taken:
            number += 1
        return found

    def replace(  # type: ignore[override]  # the one store of a viewer that can
        self,
        run: Import,
        facts: Iterable[Facts],
        *,
        origin: Origin | None = None,
        receipt: Callable[[], Receipt] | None = None,
        in_force: bool = True,
    ) -> Imported:
        """Store `facts` in place of a part that the viewer sees, or of none; tell its revision as he counts."""
        new = self._unhidden(run, facts)
        stored = self.store.replace(run, new, origin=origin, receipt=receipt, in_force=in_force)
        own = {theirs: number for number, theirs in self._seen().own.items()}
        return replace(stored, revision=own[stored.revision])

    def _unhidden(self, run: Import, facts: Iterable[Facts]) -> Iterator[Facts]:
        """Yield the facts, unless what they replace was hidden while they were read.

        A store asks for them once nobody else can write.
        """
        place = run.source, run.part
        if any((one.run.source, one.run.part) == place for one in _in_force(self.store)):
            seen = next((one.run for one in _in_force(self) if (one.run.source, one.run.part) == place), None)
            if seen is None or opens(run.marking, seen.marking):
                raise UsageError("what this replaces was changed while it was read: import it again")
        yield from facts


def _in_force(store: Store) -> list[Superseded]:
    return [one for one in store.describe().history if one.until is None]


def _owner(viewer: Viewer) -> str:
    """Return whose the parts are, with nothing in it that parts the name of a part."""
    own = {Role.HUB: viewer.hubs[:1], Role.ORGANISATION: (viewer.organisation,)}
    role = viewer.role.value if viewer.role else ""
    names = own.get(viewer.role, ()) if viewer.role else ()
    return ":".join((role, *(name.replace("%", "%25").replace("/", "%2F") for name in names)))
