"""Who may see an import, by its marking (Traffic Light Protocol 2.0, FIRST, 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depgraph.model import Label

if TYPE_CHECKING:
    from depgraph.model import Marking


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who asks: a person, the organisation that they act for, and its hubs.

    Who is of the community, and nothing more is known of them, sees what is CLEAR or GREEN.
    """

    name: str = ""
    organisation: str = ""
    hubs: tuple[str, ...] = ()
    community: bool = False

    def told(self) -> str:
        """Return in words who that is."""
        named = [self.name] if self.name else []
        named += [f"organisation {self.organisation}"] if self.organisation else []
        named += [f"hub {hub}" for hub in self.hubs]
        return ", ".join(named) or (
            "the community (TLP:CLEAR and TLP:GREEN)" if self.community else "anybody (TLP:CLEAR)"
        )


def may_see(viewer: Viewer | None, marking: Marking) -> bool:
    """Say whether `viewer` may see facts so marked; no viewer is the keeper of the store, who may.

    CLEAR: everyone. GREEN: everyone in the community, so whoever acts for an organisation
    or hub. AMBER: the organisations and hubs that the marking names. AMBER+STRICT: the
    organisations. RED: the persons that it names, and nobody else. A named recipient may
    see whatever is short of RED too.

    Examples
    --------
    >>> from depgraph.model import Label, Marking
    >>> may_see(Viewer(hubs=("care",)), Marking(Label.AMBER, hubs=("care",)))
    True
    >>> may_see(Viewer(hubs=("care",)), Marking(Label.AMBER_STRICT, hubs=("care",)))
    False

    """
    if viewer is None:
        return True
    named = viewer.name != "" and viewer.name in marking.recipients
    works_there = viewer.organisation != "" and viewer.organisation in marking.organisations
    match marking.label:
        case Label.CLEAR:
            return True
        case Label.GREEN:
            return named or viewer.community or viewer.organisation != "" or bool(viewer.hubs)
        case Label.AMBER:
            return named or works_there or not set(viewer.hubs).isdisjoint(marking.hubs)
        case Label.AMBER_STRICT:
            return named or works_there
        case Label.RED:
            return named
