"""Rules about a package that one package of ordinary size and name does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dora_bank import CLOUD, STEM, Bank, findings, function, read

from importers.dora_roi.rules.package import LARGEST
from importers.dora_roi.writing import lei

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OTHER = lei("EXAMPLE00000000009")


def codes(*paths: Path) -> set[str]:
    return {finding.code for finding in findings(read(*paths))}


@pytest.mark.parametrize(("size", "broken"), [(LARGEST, False), (LARGEST + 1, True)])
def test_rule_102_a_package_has_at_most_10_gigabytes(bank: Bank, size: int, *, broken: bool) -> None:
    """A zip may have anything before its first file: here a hole, which takes no room on the disk."""
    path = bank.zip()
    content = path.read_bytes()
    with path.open("wb") as stream:
        stream.truncate(size - len(content))
        stream.seek(0, 2)
        stream.write(content)
    assert path.stat().st_size == size
    assert ("102" in codes(path)) == broken


def test_rule_110_no_two_packages_have_one_name(tmp_path: Path) -> None:
    paths = []
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        paths.append(Bank(tmp_path / folder).zip())
    assert paths[0].name == paths[1].name
    assert "110" in codes(*paths)
    later = Bank(tmp_path / "second", STEM.replace("20250401", "20250402")).zip()
    assert "110" not in codes(paths[0], later)


@pytest.mark.parametrize(("written", "hours"), [("0", None), ("1", 1.0), ("24", 24.0)])
def test_an_objective_of_0_hours_is_not_defined(bank: Bank, written: str, hours: float | None) -> None:
    bank.tables["B_06.01"] = [function("F1", "Payments", "x28", rto=written) | {"c0090": written}]
    (attributes,) = (
        node.attributes for fact in bank.read() for node in fact.nodes if node.id.endswith("/F1") and node.attributes
    )
    assert (attributes.get("tolerance_hours"), attributes.get("recovery_point_hours")) == (hours, hours)


@pytest.mark.parametrize("kind", ["x317", "x318"])
def test_entities_that_are_not_financial_are_parties_without_its_sector(bank: Bank, kind: str) -> None:
    row = dict(bank.tables["B_01.02"][0], c0010=OTHER, c0020="Example Other", c0040=f"eba_CT:{kind}")
    bank.add("B_01.02", row)
    nodes = {node.id: node.attributes for fact in bank.read() for node in fact.nodes}
    assert nodes[f"lei:{OTHER}"]["name"] == "Example Other"
    assert "sector" not in nodes[f"lei:{OTHER}"]
    assert f"lei:{CLOUD}" in nodes


def test_a_later_register_replaces_and_leaves_the_other_scope(bank: Bank, other: Callable[[str], Bank]) -> None:
    group = other(STEM.replace(".IND", ".CON"))
    found = codes(bank.zip(), group.zip())
    assert "superseded" not in found
