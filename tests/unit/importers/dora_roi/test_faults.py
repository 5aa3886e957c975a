"""Every rule that one package can break: the fault alone is found, at its place; and what no package can break is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dora_bank import findings, read

from depgraph.model import Level
from importers.dora_roi.rules import TECHNICAL
from importers.dora_roi.rules.business import business_rules
from importers.dora_roi.sample.faults import UNBREAKABLE, faults, faulty
from importers.dora_roi.sample.sector import sector
from importers.dora_roi.verdict import weights

if TYPE_CHECKING:
    from pathlib import Path

    from importers.dora_roi.sample.faults import Fault


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.rule)
def test_a_fault_is_found_at_its_place_and_nothing_else(fault: Fault, tmp_path: Path) -> None:
    name, content = faulty(fault, 7)
    path = tmp_path / name
    path.write_bytes(content)
    found = findings(read(path))
    places = {(one.record, one.field) for one in found if one.code == fault.rule}
    assert places == {(fault.place or name, fault.field)}
    assert {one.code for one in found if one.code in weights()} == {fault.rule, *fault.causes}
    if not fault.damaged:
        assert not [one for one in found if one.level is Level.ERROR]


def test_every_rule_of_taxonomy_40_can_be_broken_or_is_told_why_not() -> None:
    rules = {rule.number for rule in (*TECHNICAL, *business_rules("4.0"))}
    assert {fault.rule for fault in faults()} == rules - UNBREAKABLE.keys()
    assert len(faults()) == len({fault.rule for fault in faults()})


def test_a_synthetic_sector_passes_without_a_finding_and_is_the_same_again(tmp_path: Path) -> None:
    packages = sector(60, 7)
    assert packages == sector(60, 7)
    assert packages != sector(60, 8)
    for name, content in packages.items():
        (tmp_path / name).write_bytes(content)
    assert {one.code for one in findings(read(tmp_path))} == {"not-checked", "caveat", "register"}
