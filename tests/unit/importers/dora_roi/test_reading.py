"""Packages as they occur: zips, folders, many of them, odd names, odd values, other layouts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from dora_bank import BANK, STEM, findings, read

from depgraph.errors import MissingPathError
from depgraph.model import Level
from depgraph.ports import Given
from importers.dora_roi import SOURCE
from importers.dora_roi.names import read_name
from importers.dora_roi.taxonomy import templates

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from depgraph.model import Facts

    from .conftest import Bank


def said(facts: list[Facts]) -> list[object]:
    """Return nodes, needs and ties without their records."""
    parts = [
        [tuple(one._replace(record="")) for fact in facts for one in getattr(fact, sort)]
        for sort in ("nodes", "needs", "ties")
    ]
    return [repr(part) for part in parts]


def codes(facts: list[Facts]) -> set[str]:
    return {finding.code for finding in findings(facts)} - {"not-checked", "caveat", "register"}


def test_a_zip_its_folder_and_the_folder_around_it_say_the_same(bank: Bank) -> None:
    zipped = read(bank.zip())
    (bank.folder / f"{STEM}.zip").unlink()
    unpacked = read(bank.unpacked())
    around = read(bank.folder)
    assert said(zipped) == said(unpacked) == said(around)
    assert not codes(zipped) | codes(unpacked) | codes(around)
    assert {node.record for fact in around for node in fact.nodes if node.id == f"lei:{BANK}"} == {
        f"{STEM}/reports/b_01.02.csv:2"
    }


def test_a_package_without_its_folder_in_the_zip_is_read(bank: Bank) -> None:
    expected = said(bank.read())
    path = bank.folder / f"{STEM}.zip"
    import zipfile

    with zipfile.ZipFile(path, "w") as archive:
        for name, content in bank.files().items():
            archive.writestr(name, content)
    facts = read(path)
    assert said(facts) == expected
    assert codes(facts) == {"package-folder"}


@pytest.mark.parametrize(
    "name",
    [f"LEI_{BANK}.IND_DNB_DOR_DORA_ROI", f"{BANK}.IND_NL_DORA010100_DORA_2025-03-31_20250401T120000000z"],
)
def test_names_of_other_tools_are_read_with_a_finding(bank: Bank, name: str) -> None:
    expected = said(bank.read())
    path = bank.zip().rename(bank.folder / f"{name}.zip")
    facts = read(path)
    assert said(facts) == expected
    assert "105" in codes(facts)
    assert read_name(name).scope == "IND"


def test_codes_without_prefix_and_columns_in_capitals_are_read_with_a_finding(bank: Bank) -> None:
    expected = said(bank.read())
    bank.change("B_02.02", 0, c0060="S17", c0130="NL")
    bank.change("B_01.02", 0, c0100="EUR")
    files = bank.files()
    files["reports/b_06.01.csv"] = files["reports/b_06.01.csv"].replace(b"c0010", b"C0010")
    facts = read(bank.zip(files=files))
    assert said(facts) == expected
    assert codes(facts) == {"503", "801"}


def test_columns_in_any_order_are_read(bank: Bank) -> None:
    expected = said(bank.read())
    files = bank.files()
    rows = list(csv.reader(io.StringIO(files["reports/b_02.02.csv"].decode())))
    order = sorted(range(len(rows[0])), key=lambda at: (at * 7) % 18)
    turned = io.StringIO()
    csv.writer(turned).writerows([row[at] for at in order] for row in rows)
    files["reports/b_02.02.csv"] = turned.getvalue().encode()
    assert said(read(bank.zip(files=files))) == expected


def points(content: bytes, code: str) -> bytes:
    """Return a table in the layout of one data point a row."""
    template = templates()[code]
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    keys = [column for column in template.columns if column.key]
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(["datapoint", *(key.dimension for key in keys), "factValue"])
    for row in rows:
        for column in template.columns:
            if not column.key and row[column.code]:
                writer.writerow([f"dp{column.variable}", *(row[key.code] for key in keys), row[column.code]])
    return made.getvalue().encode()


def test_the_layout_of_data_points_says_the_same_and_breaks_rule_115(bank: Bank) -> None:
    expected = said(bank.read())
    files = bank.files()
    for code, template in templates().items():
        files[f"reports/{template.file}"] = points(files[f"reports/{template.file}"], code)
    facts = read(bank.zip(files=files))
    assert said(facts) == expected
    assert codes(facts) == {"115"}


def test_a_file_with_a_byte_order_mark_and_a_row_over_two_lines_is_read(bank: Bank) -> None:
    bank.change("B_06.01", 0, c0030="Payments,\nand more", c0060='critical "by law"')
    files = bank.files()
    files["reports/b_06.01.csv"] = b"\xef\xbb\xbf" + files["reports/b_06.01.csv"]
    facts = read(bank.zip(files=files))
    assert not codes(facts)
    names = [node.attributes["name"] for fact in facts for node in fact.nodes if node.id.startswith("function:")]
    assert names == ["Payments, and more"]


def test_the_records_of_a_table_with_rows_over_several_lines_are_the_lines_where_rows_begin(bank: Bank) -> None:
    bank.change("B_05.01", 0, c0050="Example\nCloud")
    facts = bank.read()
    records = [
        node.record for fact in facts for node in fact.nodes if node.id.startswith("lei:") and "b_05" in node.record
    ]
    assert records == ["reports/b_05.01.csv:2", "reports/b_05.01.csv:4", "reports/b_05.01.csv:5"]


def test_a_package_of_no_known_entity_scope_or_date_is_refused(bank: Bank) -> None:
    files = bank.files()
    files["reports/parameters.csv"] = b"name,value\r\n"
    path = bank.zip("register", files)
    (error,) = [one for one in findings(read(path)) if one.level is Level.ERROR]
    assert error.code == "not-usable"
    for what in ("LEI", "scope", "reference date"):
        assert what in error.message


def test_what_the_name_does_not_say_is_read_from_the_parameters(bank: Bank) -> None:
    expected = said(bank.read())
    path = bank.zip().rename(bank.folder / "register.zip")
    assert said(read(path)) == expected


def test_the_module_of_the_dry_run_is_refused(bank: Bank) -> None:
    path = bank.zip().rename(bank.folder / f"{STEM.replace('DORA010100', 'DORA010000')}.zip")
    (error,) = [one for one in findings(read(path)) if one.level is Level.ERROR]
    assert "DORA010000" in error.message


@pytest.mark.parametrize("name", ["register.xml", "register.xbrl", "b_01.01.csv", "register.txt"])
def test_what_is_no_package_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    (finding,) = findings(read(path))
    assert (finding.level, finding.code) == (Level.ERROR, "101")


def test_a_folder_without_packages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="no report package"):
        read(tmp_path)


def test_how_far_the_reading_is_rises_from_0_by_bytes_read(bank: Bank, other: Callable[[str], Bank]) -> None:
    bank.zip()
    damaged = other(STEM.replace("20250401", "20250402")).zip()
    damaged.write_bytes(damaged.read_bytes()[:200])
    other(STEM.replace("20250401", "20250403")).zip()
    told: list[float] = []
    for _ in SOURCE.read(Given((bank.folder,), today="2026-01-01", reached=told.append)):
        pass
    assert told == sorted(told)
    assert told[0] == 0
    assert 0.5 < told[-1] < 1


def test_the_latest_of_two_registers_of_one_entity_and_scope_counts(bank: Bank, other: Callable[[str], Bank]) -> None:
    older = bank.zip()
    newer = other(STEM.replace("20250401", "20250402"))
    newer.change("B_06.01", 0, c0030="Payments of today")
    newer.zip()
    for paths in ((bank.folder,), (older, newer.zip()), (newer.zip(), older)):
        facts = read(*paths)
        names = [node.attributes["name"] for fact in facts for node in fact.nodes if node.id.startswith("function:")]
        assert names == ["Payments of today"]
        assert codes(facts) == {"superseded"}


def test_the_date_is_the_latest_reference_date_that_is_not_in_the_future(bank: Bank) -> None:
    path = bank.zip()
    assert SOURCE.stated_date(Given((path,), today="2026-01-01")) == "2025-03-31"
    assert SOURCE.stated_date(Given((path,), today="2025-01-01")) is None


def test_taxonomy_42_is_read_with_its_own_lists_and_finding_512(bank: Bank, other: Callable[[str], Bank]) -> None:
    later = other(STEM.replace("DORA010100", "DORA010200"))
    later.change("B_07.01", 0, c0090="eba_ZZ:x0")
    bank.change("B_07.01", 0, c0090="eba_ZZ:x0")
    assert not bank.broken()
    # v903581_m asks for every value of B_02.02, v903585_m for the reason in B_06.01.
    assert later.broken() == {
        "503": ["reports/b_07.01.csv:2 c0090"],
        "512": ["reports/report.json extends"],
        "v903585_m": ["reports/b_06.01.csv:2 c0060"],
    }


def test_an_unknown_column_in_every_table_and_key_in_the_report_loses_nothing(bank: Bank) -> None:
    expected = said(bank.read())
    files = bank.files()
    for name, content in files.items():
        if name.startswith("reports/b_"):
            lines = content.decode().splitlines()
            files[name] = "\r\n".join([f"{lines[0]},c9999", *(f"{line},x" for line in lines[1:])]).encode()
    files["reports/report.json"] = files["reports/report.json"].replace(b"{", b'{"new": 1, ', 1)
    facts = read(bank.zip(files=files))
    assert said(facts) == expected
    found = [finding for finding in findings(facts) if finding.code == "801"]
    assert len(found) == 15
    assert {finding.field for finding in found} == {"c9999"}


def test_both_practices_of_b_99_are_read(bank: Bank) -> None:
    bank.tables["B_99.01"] = [{"c0010": "one"}, {"c0020": "two"}]
    assert not bank.broken()
