"""Rules that ask GLEIF: checked as far as the store holds entities of it, else listed as not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dora_bank import findings

from depgraph.ports import Given, Known
from importers.dora_roi import SOURCE

if TYPE_CHECKING:
    from pathlib import Path

    from dora_bank import Bank

    from depgraph.model import Finding, Value

RULES = {"VR_2", "VR_12", "VR_16", "VR_23", "VR_71", "VR_77"}


def read(path: Path, entities: dict[str, dict[str, Value]] | None) -> list[Finding]:
    return findings(list(SOURCE.read(Given((path,), known=Known(entities=entities)))))


def leis(bank: Bank) -> dict[str, str]:
    """Return the LEIs of the bank, with where they first stand."""
    found = read(bank.zip(), {})
    (note,) = [one.message for one in found if one.code == "lei-not-checked"]
    return dict.fromkeys(note.rpartition(": ")[2].removesuffix(", ...").split(", "), "")


def test_without_gleif_they_are_not_checked(bank: Bank) -> None:
    path = bank.zip()
    (note,) = [one.message for one in read(path, None) if one.code == "not-checked"]
    assert all(rule in note for rule in RULES)
    assert not RULES & SOURCE.rules(Given((path,))).keys()
    assert SOURCE.rules(Given((path,), known=Known(entities={}))).keys() >= RULES


def test_leis_that_are_not_held_are_told(bank: Bank) -> None:
    found = read(bank.zip(), {})
    assert not RULES & {one.code for one in found}
    (note,) = [one.message for one in found if one.code == "not-checked"]
    assert not any(rule in note for rule in RULES)


@pytest.mark.parametrize("status", ["INACTIVE, RETIRED", "ANNULLED", "ACTIVE, DUPLICATE"])
def test_an_lei_that_is_not_valid_any_more_breaks_the_rule_of_its_column(bank: Bank, status: str) -> None:
    path = bank.zip()
    bad: dict[str, dict[str, Value]] = {lei: {"status": status} for lei in leis(bank)}
    found = [one for one in read(path, bad) if one.code in RULES]
    assert {"VR_2", "VR_12"} <= {one.code for one in found}
    assert all(f"it is {status}" in one.message for one in found)
    good: dict[str, dict[str, Value]] = {lei: {"status": "ACTIVE, LAPSED"} for lei in bad}
    assert not [one for one in read(path, good) if one.code in RULES]


def test_an_lei_whose_entity_is_another_one_now_is_told_with_that(bank: Bank) -> None:
    old, *_ = leis(bank)
    new = "lei:EXAMPLEA000000000070"
    found = [one for one in read(bank.zip(), {new: {"identifiers": (old,)}}) if one.code in RULES]
    assert found
    assert all(f"its entity is {new} now" in one.message for one in found)


def test_another_country_than_that_of_gleif(bank: Bank) -> None:
    path = bank.zip()
    elsewhere: dict[str, dict[str, Value]] = {lei: {"country": "JP"} for lei in leis(bank)}
    (found, *_) = [one for one in read(path, elsewhere) if one.code == "VR_16"]
    assert (found.field, "by GLEIF the entity is in JP" in found.message) == ("c0030", True)
