"""How whoever receives data would judge them: by the published rules of their format, and what was found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depgraph.ports import Quality, Weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from depgraph.model import Finding
    from depgraph.ports import Graded


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule, and how many findings say that it is broken."""

    rule: str
    weight: Weight
    quality: Quality
    title: str
    findings: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """All rules that were checked.

    Attributes
    ----------
    rules : tuple of Judged
        Those that are broken first, and of these those that reject, by their number of findings.
    grades : mapping of str to (str, str)
        The weight and quality of each rule.

    """

    rules: tuple[Judged, ...]
    grades: Mapping[str, tuple[str, str]]

    @property
    def rejected(self) -> bool:
        """Whether a rule is broken for which the data would be rejected."""
        return any(one.findings and one.weight is Weight.REJECTS for one in self.rules)

    def number(self, quality: Quality, weight: Weight | None) -> int:
        """Return the findings of a quality and weight; without a weight, the rules of a quality that are kept."""
        of = [one for one in self.rules if one.quality is quality]
        if weight is None:
            return sum(not one.findings for one in of)
        return sum(one.findings for one in of if one.weight is weight)


def judge(rules: Mapping[str, Graded], findings: Iterable[Finding]) -> Verdict:
    """Return the verdict; findings that are of no rule have no part in it."""
    found = Counter(finding.code for finding in findings)
    judged = [Judged(rule, grade.weight, grade.quality, grade.title, found[rule]) for rule, grade in rules.items()]
    judged.sort(key=lambda one: (not one.findings, one.weight is not Weight.REJECTS, -one.findings, one.rule))
    return Verdict(tuple(judged), {one.rule: (one.weight.value, one.quality.value) for one in judged})
