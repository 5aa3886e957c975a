"""The rules that a register of information is checked against; `rules_of` is the list."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from importers.dora_roi.filing import Breach
from importers.dora_roi.rules import declared, entities, package, relations, tables, values
from importers.dora_roi.rules.business import business_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Filing
    from importers.dora_roi.rules.rule import Asked, Rule

TECHNICAL: Final[tuple[Rule, ...]] = tuple(
    sorted(
        (*package.RULES, *declared.RULES, *tables.RULES, *values.RULES, *relations.RULES),
        key=lambda rule: rule.number,
    )
)
"""The technical checks of the EBA's list, by number."""

MOST: Final = 10_000
"""Places of one rule in one filing that are told one by one."""


OF_PACKAGES: Final = frozenset(
    rule.number
    for rule in TECHNICAL
    if rule in (*package.RULES, *declared.RULES) or rule.number in ("306", "720", "801")
)
"""The rules about packages and their files, which a workbook is not."""


def rules_of(taxonomy: str) -> tuple[Rule, ...]:
    """Return every rule that filings of a taxonomy are checked against."""
    return TECHNICAL + business_rules(taxonomy) + entities.RULES


def breaches_of(filing: Filing, asked: Asked) -> Iterator[Breach]:
    """Yield all that a filing breaks, rule by rule; of very many places of one rule, the rest is counted."""
    for rule in rules_of(filing.taxonomy):
        if filing.workbook and rule.number in OF_PACKAGES:
            continue
        found = iter(rule.check(filing, asked))
        yield from islice(found, MOST)
        if rest := sum(1 for _ in found):
            where = filing.label or filing.archive or filing.folder
            yield Breach(rule.number, where, "", f"and {rest:,} more places break this rule")
