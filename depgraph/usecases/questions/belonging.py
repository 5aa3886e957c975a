"""What an answer says of its units: parties whose parent or country nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from depgraph.analytics.basis.units import By, units
from depgraph.usecases.answer import SOMETIMES

if TYPE_CHECKING:
    from depgraph.analytics.basis.causes import Causes
    from depgraph.analytics.basis.units import Units
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownOwners:
    """Of how many parties nobody knows what units are made of; left out where that is none."""

    parties_without_known_parent: Annotated[int | None, "parties whose parent is not known"] = field(
        default=None, metadata=SOMETIMES
    )
    parties_without_known_country_of_parent: Annotated[
        int | None, "parties that count in their own country, since that of the parent is not known"
    ] = field(default=None, metadata=SOMETIMES)
    parties_without_known_country: Annotated[int | None, "parties that may be in any country"] = field(
        default=None, metadata=SOMETIMES
    )


def unknown_owners(found: Units, by: str | None) -> UnknownOwners:
    """Return the numbers that stand beside an answer over units; by country, how many have none is always told."""
    return UnknownOwners(
        parties_without_known_parent=found.parentless or None,
        parties_without_known_country_of_parent=found.misplaced or None,
        parties_without_known_country=found.homeless if found.homeless or by == By.COUNTRY else None,
    )


def about_countries(of: Units) -> tuple[str, ...]:
    """Return what limits an answer over countries; nothing to say where all is known, and of other units."""
    anywhere = (
        f"{_parties(of.homeless)} no known country and may be in any: at the lower end they do not fail and nothing"
        " of theirs counts, at the upper end they fail with every country"
    )
    return (anywhere,) * bool(of.homeless) + _misplaced(of)


def about_shares(found: Units) -> tuple[str, ...]:
    """Return what limits shares of countries."""
    anywhere = (
        f"{_parties(found.homeless)} no known country: what they supply counts for a country at its upper end alone"
    )
    return (anywhere,) * bool(found.homeless) + _misplaced(found)


def about_chances(graph: Graph, causes: Causes, *, of_parties: bool) -> tuple[str, ...]:
    """Return what limits chances by country, if there are any; `of_parties`: of each party of one."""
    if not of_parties and By.COUNTRY.value not in causes.kind.tolist():
        return ()
    found = units(graph, By.COUNTRY)
    known = (
        "a chance by country strikes the parties that are known there and that something else needs: upper ends hold"
        f" for these alone; {_parties(found.homeless)} no known country"
    )
    return known, *_misplaced(found)


def no_units(count: int, by: str) -> tuple[str, ...]:
    """Say so if there are no units at all."""
    return (f"there is no {by} here that could fail",) * (not count)


def nothing_counts(count: int, by: str) -> tuple[str, ...]:
    """Return why a ranking of so many units may be empty."""
    which = f"the one {by}" if count == 1 else f"any of {count:,} units by {by}"
    return no_units(count, by) or (f"nothing that counts depends on {which}, apart from what belongs to it",)


def nothing_stops(count: int, by: str, most: int | None) -> tuple[str, ...]:
    """Return why no set of at most so many of the units may stop a node."""
    few = f"at most {most} of " if most is not None else ""
    which = f"the one {by} does not stop it" if count == 1 else f"no set of {few}the {count:,} units by {by} stops it"
    return no_units(count, by) or (f"{which}; a unit is no cut set of itself, nor of a function that it owns",)


def nothing_adds(count: int, by: str) -> tuple[str, ...]:
    """Return why there may be no pair of so many units."""
    if count == 1:
        return (f"there is one {by} here that could fail, and a pair takes two",)
    return no_units(count, by) or (
        f"no two of {count:,} units by {by} stop together what neither stops alone, apart from what belongs to them",
    )


def _misplaced(found: Units) -> tuple[str, ...]:
    count = found.misplaced
    told = (
        f"{count:,} {'party counts in its' if count == 1 else 'parties count in their'} own country, since that of the"
        " parent is not known"
    )
    return (told,) * bool(count)


def _parties(count: int) -> str:
    return f"{count:,} {'party has' if count == 1 else 'parties have'}"
