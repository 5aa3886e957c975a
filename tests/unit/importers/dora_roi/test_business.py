"""The validation rules: for each that is active in taxonomy 4.2 a row that keeps it and one that breaks it.

Those of taxonomy 4.0 are each broken alone in `test_faults`, by packages that are whole otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dora_bank import BANK, STEM, findings, read

from importers.dora_roi.rules.business import business_rules
from importers.dora_roi.rules.language import clauses
from importers.dora_roi.sample.filled import CHANGES
from importers.dora_roi.taxonomy import expressions, templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from dora_bank import Bank

LATER = {
    "e23682_e": ("B_06.01", {"c0090": ""}, "c0090"),
    "e23683_e": ("B_04.01", {"c0030": ""}, "c0030"),
    "e23792_e": ("B_02.01", {"c0040": ""}, "c0040"),
    "v8816_m": ("B_02.02", {"c0080": "2023-12-31"}, "c0080"),
    "v8817_m": ("B_05.01", {"c0020": "eba_qCO:qx2004"}, "c0020"),
    "v8818_m": ("B_05.01", {"c0030": "DE123456789", "c0040": "eba_qCO:qx2004"}, "c0040"),
    # As published, it looks at the additional code.
    "v8821_m": ("B_05.01", {"c0030": "short", "c0040": "eba_qCO:qx2000"}, "c0030"),
    "v8823_m": ("B_05.01", {"c0030": BANK}, "c0040"),
    "v8824_m": ("B_05.01", {"c0090": ""}, "c0090"),
    "v8893_m": ("B_02.02", {"c0020": "nobody"}, "c0020"),
    "v8894_m": ("B_03.01", {"c0020": "nobody"}, "c0020"),
    "v8895_m": ("B_03.03", {"c0010": "C1", "c0020": "nobody", "c0031": "true"}, "c0020"),
    "v8896_m": ("B_04.01", {"c0020": "nobody"}, "c0020"),
    "v8897_m": ("B_06.01", {"c0040": "nobody"}, "c0040"),
    "v903581_m": ("B_02.02", {"c0090": ""}, "c0090"),
    "v903583_m": ("B_04.01", {"c0030": ""}, "c0030"),
    "v903584_m": ("B_02.01", {"c0050": ""}, "c0050"),
    "v903585_m": ("B_06.01", {"c0030": ""}, "c0030"),
}
"""What breaks each rule that is active in taxonomy 4.2 alone."""

CASES = LATER | {rule: (change.template, change.cells, change.field) for rule, change in CHANGES.items()}


@pytest.fixture
def later(other: Callable[[str], Bank]) -> Bank:
    """Give a package of taxonomy 4.2 that breaks none of these rules."""
    bank = other(STEM.replace("DORA010100", "DORA010200"))
    bank.change("B_06.01", 0, c0060="critical by the procedure")
    bank.add("B_01.03", {"c0010": "BR-1", "c0020": BANK, "c0030": "Example Branch", "c0040": "eba_GA:FR"})
    bank.add("B_03.03", {"c0010": "C1", "c0020": BANK, "c0031": "true"})
    return bank


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_row_that_keeps_a_rule_and_one_that_breaks_it(later: Bank, rule: str) -> None:
    template, cells, column = CASES[rule]
    assert rule not in later.broken()
    later.change(template, 0, **cells)
    file = templates()[template].file
    assert later.broken()[rule] == [f"reports/{file}:2 {column}"]


def test_these_are_all_rules_that_are_active() -> None:
    active = {rule.number for taxonomy in ("4.0", "4.2") for rule in business_rules(taxonomy)}
    assert active == CASES.keys()


def test_every_published_rule_is_understood() -> None:
    for taxonomy in ("4.0", "4.2"):
        for expression in expressions(taxonomy):
            code = f"B_{expression.text.partition('tB_')[2][:5]}"
            assert clauses(expression.text, templates()[code])


def test_a_rule_that_is_off_is_not_asked(bank: Bank) -> None:
    bank.change("B_02.02", 2, c0080="2023-12-31")
    assert not bank.broken(), "v8816_m was switched off in March 2025"


@pytest.mark.parametrize(
    ("expression", "cells", "expected"),
    [
        ("with {tB_01.02, default: null, interval: false}: {c0110} >= 0", {"c0110": ""}, None),
        ("with {tB_01.02, default: 0, interval: false}: {c0110} > 0", {"c0110": ""}, False),
        ("with {tB_01.02, default: null}: if {c0040} != [eba_CT:x318] then not (isnull({c0110})) endif", {}, True),
        ("with {tB_01.02, default: 0}: if {c0040} != [eba_CT:x318] then not (isnull({c0110})) endif", {}, False),
        ("with {tB_01.02, default: null}: {c0040} in {[eba_CT:x12], [eba_CT:x599]}", {"c0040": "eba_CT:x599"}, True),
        ("with {tB_01.02, default: null}: {c0040} in {[eba_CT:x12], [eba_CT:x599]}", {"c0040": "eba_CT:x1"}, False),
        ('match({tB_01.02, c0060}, "^[A-Z]+$")', {"c0060": "ABC"}, True),
        ('match({tB_01.02, c0060}, "^[A-Z]+$")', {"c0060": "abc"}, False),
        ('match({tB_01.02, c0020}[get ESI], "^[A-Z]+$")', {"c0010": "abc"}, None),
        ('match({tB_01.02, c0020}[get ESI], "^[A-Z]+$")', {"c0010": "abc", "c0020": "x"}, False),
    ],
)
def test_what_a_rule_says_of_a_row(expression: str, cells: dict[str, str], *, expected: bool | None) -> None:
    template = templates()["B_01.02"]
    (clause,) = clauses(expression, template)
    assert clause.test([cells.get(column.code, "") for column in template.columns]) is expected


@pytest.mark.parametrize(
    "text", ["with {tB_01.02}: {c0110} ~ 0", "with {tB_01.02}: not", "with {tB_01.02}: {c0110} = 0 )"]
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"understood|wanted"):
        clauses(text, templates()["B_01.02"])


def test_a_template_that_is_not_reported_is_not_asked(bank: Bank) -> None:
    bank.change("B_01.02", 0, c0110="-1")
    files = bank.files()
    files["reports/FilingIndicators.csv"] = files["reports/FilingIndicators.csv"].replace(
        b"B_01.02,true", b"B_01.02,false"
    )

    assert "v22913_s" not in {finding.code for finding in findings(read(bank.zip(files=files)))}
