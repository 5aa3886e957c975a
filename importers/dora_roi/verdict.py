"""What the rules come to: how a supervisor would judge, and what could not be checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from depgraph.counting import counted
from depgraph.model import Finding, Level
from depgraph.ports import Weight
from importers.dora_roi.rules import OF_PACKAGES, entities, rules_of
from importers.dora_roi.taxonomy import TAXONOMIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importers.dora_roi.filing import Breach, Filing
    from importers.dora_roi.rules.rule import Asked


@cache
def weights() -> Mapping[str, Weight]:
    """Return what breaking each rule leads to."""
    return {rule.number: rule.weight for taxonomy in TAXONOMIES.values() for rule in rules_of(taxonomy)}


NEVER: Final = {
    "332": "no column of the register is true or false",
    "VR_72, VR_78": "they ask the business registers (BRIS) for EUIDs",
}
"""Rules that are never checked here, and why."""


@dataclass(slots=True)
class Tally:
    """How many findings of each weight there are, and of how many registers."""

    registers: int = 0
    counts: dict[Weight, int] = field(default_factory=lambda: dict.fromkeys(Weight, 0))

    def add(self, breaches: Sequence[Breach]) -> None:
        """Count what one register breaks."""
        self.registers += 1
        for breach in breaches:
            self.counts[weights()[breach.rule]] += 1

    def caveat(self) -> Finding:
        """Return what every answer that rests on these registers must say."""
        rejected, warned = self.counts[Weight.REJECTS], self.counts[Weight.WARNS]
        message = (
            f"DORA registers: {self.registers:,} read, with {counted(rejected, 'finding')} for which a"
            f" supervisor would reject and {counted(warned, 'warning')}. No subcontractor reported does not"
            " mean none; whether services of one type are alternatives is not reported."
        )
        return Finding(Level.NOTE, "caveat", "", "", message)


def unchecked(asked: Asked, filings: Sequence[Filing]) -> dict[str, str]:
    """Return the rules that these packages do not show to be kept or broken, and why."""
    reasons = dict(NEVER)
    if asked.entities is None:
        why = "they ask GLEIF for LEIs and countries: import gleif first"
        reasons |= {rule.number: why for rule in entities.RULES}
    if not asked.authority:
        reasons["107"] = "give --authority with the country of the authority"
    if not asked.today:
        reasons["111"] = "nobody says what day it is"
    if len(filings) == 1:
        reasons["110"] = "one package alone shows no other of its name"
    if filings and all(filing.workbook for filing in filings):
        reasons |= dict.fromkeys(sorted(OF_PACKAGES), "a workbook is no package: these ask of the package made of it")
    elif not all(filing.archive for filing in filings):
        reasons |= dict.fromkeys(("101", "102", "103"), "a folder is not zipped yet")
    return reasons


def not_checked(asked: Asked, filings: Sequence[Filing]) -> Finding:
    """Return the note of the rules that were not checked, and why."""
    together: dict[str, list[str]] = {}
    # VR_2 stands before VR_12.
    for rule, why in sorted(unchecked(asked, filings).items(), key=lambda item: (len(item[0]), item)):
        together.setdefault(why, []).append(rule)
    told = "; ".join(f"{', '.join(rules)} ({why})" for why, rules in together.items())
    return Finding(Level.NOTE, "not-checked", "", "", f"rules not checked: {told}")
