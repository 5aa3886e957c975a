"""The numbers of controls: each as its text writes it, each part with every text, and the licences that ask for it named."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from depgraph.regulation.controls import controls_for

TABLE = tomllib.loads((files("depgraph.regulation") / "controls.toml").read_text(encoding="utf-8"))
PARTS = ("single_point", "concentration", "outage", "untested_fallback", "chain", "award", "unknown_provider")

FORMS = {
    # 64 articles, of numbered paragraphs.
    "DORA": r"Art\. ([1-9]|[1-5]\d|6[0-4])\([1-9]\d?\)",
    # An annex of 13 headings.
    "CIR 2024/2690": r"([1-9]|1[0-3])\.[1-9]\d?",
    # ISO/IEC 27002:2022 has 37, 8, 14 and 34 controls, from its clause 5 on.
    "BIO2": r"5\.([1-9]|[12]\d|3[0-7])|6\.[1-8]|7\.([1-9]|1[0-4])|8\.([1-9]|[12]\d|3[0-4])",
    # 14 groups.
    "Cbw Control Framework": r"([1-9]|1[0-4])\.[1-9]",
    "DORA in Control": r"([1-9]|[12]\d)\.[1-9]",
    # Function, category and subcategory as in NIST CSF 2.0, then the number of the requirement below it.
    "CyFun 2025": r"(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-(0[1-9]|1\d)\.[1-9]\d?",
}


def test_these_parts_have_controls() -> None:
    assert tuple(TABLE["evidence"]) == PARTS


@pytest.mark.parametrize("part", PARTS)
def test_a_part_names_every_source_once_with_ids_of_its_form(part: str) -> None:
    found = controls_for(part)
    assert list(FORMS) == list(TABLE["sources"])
    assert [each.source for each in found] == list(FORMS)
    for each in found:
        assert each.title == TABLE["sources"][each.source]
        assert each.ids
        assert len(set(each.ids)) == len(each.ids)
        assert [one for one in each.ids if not re.fullmatch(FORMS[each.source], one)] == []


@pytest.mark.parametrize(
    ("source", "by", "title"),
    [
        ("Cbw Control Framework", "ADR & NOREA", "Cbw (NIS2) Control Framework (2025), version 1.2"),
        ("DORA in Control", "NOREA", "DORA in Control Framework V3.0"),
    ],
)
def test_what_is_under_cc_by_is_attributed(source: str, by: str, title: str) -> None:
    (found,) = (each for each in controls_for("single_point") if each.source == source)
    assert found.title.startswith(f"{by}, {title}, ")
    assert found.title.endswith("CC BY 4.0 licensed, https://creativecommons.org/licenses/by/4.0/")
