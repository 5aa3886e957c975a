"""Contracts: what each costs, and which contract of the group stands on which one with an outside provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importers.dora_roi.meaning.codes import member, number
from importers.dora_roi.meaning.folding import key

if TYPE_CHECKING:
    from importers.dora_roi.meaning.register import Register


class Cost(NamedTuple):
    """What a contract cost in the last year, in full units of its currency; None: it is not said."""

    amount: float | None
    currency: str

    @property
    def eur(self) -> float | None:
        """The cost in euros; None where it is in another currency, since nothing is converted."""
        return self.amount if self.currency == "EUR" and self.amount is not None and self.amount >= 0 else None

    @property
    def text(self) -> str:
        """The cost with its currency; empty where none is said."""
        return "" if self.amount is None else f"{self.amount:.15g} {self.currency}".strip()


def costs_of(register: Register) -> dict[str, Cost]:
    """Return the cost of each contract by its reference; of two rows that differ, none."""
    found: dict[str, Cost] = {}
    for row in register.rows("B_02.01"):
        cost = Cost(number(row["c0050"]), member(row["c0040"]))
        contract = key(row["c0010"])
        found[contract] = cost if found.get(contract, cost) == cost else Cost(None, "")
    return found


def linked_contracts(register: Register) -> dict[str, dict[str, str]]:
    """Return the contracts with outside providers that each contract within the group stands on, with records."""
    found: dict[str, dict[str, str]] = {}
    for row in register.rows("B_02.03"):
        inside, outside = key(row["c0010"]), key(row["c0020"])
        if inside and outside and inside != outside:
            found.setdefault(inside, {}).setdefault(outside, row.record)
    return found
