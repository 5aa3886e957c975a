"""Registers made up from a seed, to try things out and to measure with: every name in them begins with Example."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Rows: TypeAlias = "list[dict[str, str]]"

_SERVICES: Final = ("hosting", "mail", "case handling", "payroll", "telephony", "network", "login", "archive")
_COUNTRIES: Final = ("NL", "BE", "DE", "FR", "IE", "LU", "US")
_NEEDS_OF_A_TOWN: Final = 6
_FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "provider": ("", "is empty"),
    "share": ("2", "lies outside 0 to 1"),
    "valid_from": ("31-12-2025", "is not written as year-month-day"),
    "relation": ("buys", "is no relation"),
    "at_least": ("some", "is neither a number nor a word that is known"),
}
"""Column -> what stands there instead, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A register that says nothing of the world.

    Attributes
    ----------
    faults : list of dict
        The rows of the needs in which something is wrong on purpose, by their number from 1,
        with the column and the fault.

    """

    nodes: Rows
    needs: Rows
    faults: Rows


def synthesise(size: int, seed: int, faults: int = 0) -> Synthetic:
    """Return a register of `size` needs, `faults` of them bad; the same for the same numbers.

    Towns have one function each, which needs several services of suppliers, some of them from
    one of two; a few suppliers serve most towns.
    """
    chance = Random(seed)  # noqa: S311  # no secret: the same seed must give the same register
    towns = max(1, size // _NEEDS_OF_A_TOWN)
    suppliers = [f"Example Supplier {number}" for number in range(1, max(8, size // 20) + 1)]
    nodes = [{"id": name, "kind": "party", "country": chance.choice(_COUNTRIES)} for name in suppliers]
    for town in range(1, towns + 1):
        people = str(chance.randrange(2_000, 200_000))
        place = {"country": "NL", "sector": "municipalities", "people": people}
        nodes.append({"id": f"Example Town {town}", "kind": "party", **place})
        function = {"id": _function(town), "kind": "function", "owner": f"Example Town {town}", "people": people}
        nodes.append(function | {"criticality": str(chance.randrange(1, 11) / 10), "sector": "municipalities"})
    needs = []
    for at in range(size):
        town, turn = at % towns + 1, at // towns
        service = _SERVICES[turn // 2 % len(_SERVICES)]
        first = int(len(suppliers) * chance.random() ** 3)
        needs.append(
            {
                "dependent": _function(town),
                "provider": suppliers[(first + turn) % len(suppliers)],
                "service_type": service,
                "requirement": service,
                "at_least": "any" if (town + turn // 2) % 2 else "",
                "annual_cost_eur": str(chance.randrange(1, 2_000) * 500),
                "valid_from": f"20{chance.randrange(20, 26)}-01-01",
            }
        )
    return Synthetic(nodes, needs, _spoilt(needs, chance, faults))


def _function(town: int) -> str:
    return f"services of Example Town {town}"


def _spoilt(needs: Rows, chance: Random, faults: int) -> Rows:
    """Put a fault into some rows, and return which."""
    spoilt = []
    columns = list(_FAULTS)
    for number, at in enumerate(sorted(chance.sample(range(len(needs)), faults))):
        column = columns[number % len(columns)]
        needs[at][column], fault = _FAULTS[column]
        spoilt.append({"row": str(at + 1), "column": column, "fault": fault})
    return spoilt
