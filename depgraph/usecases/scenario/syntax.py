"""The parts of a scenario as its file says them, before any graph; `key` is where each stands in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from depgraph.model import Need, Node, Tie


@dataclass(frozen=True, slots=True)
class Choice:
    """Which nodes are meant; `where` is pairs of an attribute and the values that it may have."""

    ids: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Fails:
    """What is down from one hour to another; `until` may be infinite."""

    key: str
    who: Choice
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of the fallbacks of some nodes."""

    key: str
    who: Choice
    status: str
    hours: float


@dataclass(frozen=True, slots=True)
class NewNode:
    """A node that a graph does not hold, with whom it belongs to."""

    key: str
    node: Node
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class NewNeed:
    """A need that a graph does not hold, its ends as somebody wrote them.

    Attributes
    ----------
    alternative_to : str
        A provider of the dependent whose requirement this need joins; empty: none.

    """

    key: str
    need: Need
    alternative_to: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """Who does not provide any more, to whom (nobody named: to anybody), and who takes over, if anybody."""

    key: str
    who: Choice
    dependents: tuple[str, ...] = ()
    requirement: str = ""
    replaced_by: str = ""
