"""Columns that say the same in all rows of a long table are told; those of short tables, and that differ, are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dora_bank import BANK, CLOUD, findings, function, provider, use

from depgraph.model import Level
from importers.dora_roi.defaults import CODE, FEWEST
from importers.dora_roi.writing import lei

if TYPE_CHECKING:
    from dora_bank import Bank


def told(bank: Bank) -> set[tuple[str, str]]:
    found = [one for one in findings(bank.read()) if one.code == CODE]
    assert {one.level for one in found} <= {Level.WARNING}
    return {(one.record, one.field) for one in found}


def varied(number: int) -> dict[str, str]:
    """Return cells of a use that differ from row to row."""
    return {
        "c0100": str(30 * (number % 3 + 1)),
        "c0110": str(30 * (number % 2 + 1)),
        "c0170": f"eba_ZZ:x79{1 + number % 3}",
        "c0180": f"eba_ZZ:x79{4 + number % 4}",
    }


@pytest.mark.parametrize("column", ["c0100", "c0110", "c0170", "c0180"])
def test_one_value_in_all_rows_is_told(bank: Bank, column: str) -> None:
    rows = [use("C1", CLOUD, f"F{number}", "S17", **varied(number)) for number in range(FEWEST)]
    bank.tables["B_06.01"] = [function(f"F{number}", "Payments", "x28", rto=str(number)) for number in range(FEWEST)]
    for number, row in enumerate(bank.tables["B_06.01"]):
        row |= {"c0090": str(number + 1), "c0100": f"eba_ZZ:x79{1 + number % 3}"}
    bank.tables["B_02.02"] = rows
    assert told(bank) == set()
    for row in rows:
        row[column] = rows[0][column]
    assert told(bank) == {("reports/b_02.02.csv", column)}
    del rows[-1]
    assert told(bank) == set(), "a short table may well say one thing"


def test_providers_that_are_all_their_own_parents_are_told(bank: Bank) -> None:
    codes = [lei(f"EXAMPLE{number:011}") for number in range(100, 100 + FEWEST)]
    bank.add("B_05.01", *(provider(code, f"Supplier {code}") for code in codes))
    for number, row in enumerate(bank.tables["B_05.01"]):
        row["c0100"] = str(number)
    assert told(bank) == {("reports/b_05.01.csv", "c0110")}
    bank.change("B_05.01", 5, c0110=CLOUD)
    assert told(bank) == set()


def test_a_sensitivity_that_follows_criticality_is_told(bank: Bank) -> None:
    bank.tables["B_06.01"] = [
        function("F1", "Payments", "x28") | {"c0040": BANK},
        function("F2", "Canteen", "x29") | {"c0040": BANK},
    ]
    bank.tables["B_02.02"] = [
        use("C1", CLOUD, f"F{1 + number % 2}", f"S{1 + number:02}", **varied(number)) for number in range(FEWEST)
    ]
    assert told(bank) == set()
    for row in bank.tables["B_02.02"]:
        row["c0170"] = "eba_ZZ:x793" if row["c0050"] == "F1" else "eba_ZZ:x791"
    assert told(bank) == {("reports/b_02.02.csv", "c0170")}
