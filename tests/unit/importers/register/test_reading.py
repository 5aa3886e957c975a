"""A register is the same register in a folder, a zip, single files and a workbook."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

import data_samples
from depgraph.errors import InputError, MissingPathError, UsageError
from depgraph.ids import kind_of
from depgraph.model import Facts, Kind, Level
from depgraph.ports import Given
from importers.register import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable

SAMPLE = Path(data_samples.__file__).parent / "register"


def read(*paths: Path, ignore: Iterable[str] = ()) -> list[Facts]:
    return list(SOURCE.read(Given(paths, frozenset(ignore))))


def without_records(facts: list[Facts]) -> list[tuple[object, ...]]:
    return [
        tuple(fact._replace(record="") for sort in (record.nodes, record.needs, record.ties) for fact in sort)
        for record in facts
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "my register"
    path.mkdir()
    for name in ("needs.csv", "nodes.csv"):
        (path / name).write_bytes((SAMPLE / name).read_bytes())
    return path


def test_the_sample_says_every_sort_of_thing() -> None:
    facts = read(SAMPLE)
    needs = [need for record in facts for need in record.needs]
    assert not any(record.findings for record in facts)
    assert 30 <= len(needs) <= 50
    assert {kind_of(end) for need in needs for end in need[:2]} == set(Kind)
    assert {"", "any", "1", "2", "maybe"} <= {need.at_least for need in needs}
    assert "unknown:" in {need.provider for need in needs}
    assert {tie.kind for record in facts for tie in record.ties} == {"owner", "owned_by", "part_of"}
    assert all("Example" in node.id for record in facts for node in record.nodes if node.id.startswith("name:"))


@pytest.mark.parametrize("top", ["", "register/"])
def test_a_zip_is_the_folder_and_so_are_its_files_in_any_order(folder: Path, tmp_path: Path, top: str) -> None:
    expected = read(folder)
    path = tmp_path / "register.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name in ("nodes.csv", "needs.csv"):
            opened.write(folder / name, top + name)
    assert read(path) == expected
    assert read(folder / "needs.csv", folder / "nodes.csv") == expected
    assert read(folder / "nodes.csv", folder / "needs.csv") == expected


def test_a_workbook_is_the_folder(folder: Path, tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.worksheets[0].title = "read me"
    workbook.worksheets[0].append(["what a person explains"])
    for name in ("needs", "nodes"):
        sheet = workbook.create_sheet(name.upper())
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                sheet.append([float(cell) if cell.isdigit() else cell or None for cell in row])
    path = tmp_path / "register.xlsx"
    workbook.save(path)
    note, *facts = read(path)
    assert [str(finding) for finding in note.findings] == [
        "register.xlsx/read me: is not read: the sheets of a register are needs and nodes"
    ]
    assert without_records(facts) == without_records(read(folder))
    assert next(need.record for record in facts for need in record.needs) == "register.xlsx/NEEDS:2"


def test_columns_in_any_order_with_any_line_end_say_the_same(folder: Path) -> None:
    expected = read(folder)
    for name in ("needs.csv", "nodes.csv"):
        rows = list(csv.reader(io.StringIO((folder / name).read_text())))
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(row[::-1] for row in rows)
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    assert read(folder) == expected


def test_only_what_is_read_is_judged(tmp_path: Path) -> None:
    """A cover, a list, a formula in a column to ignore: none of them is a reason to refuse."""
    workbook = Workbook()
    cover = workbook.worksheets[0]
    cover.title = "cover"
    cover["B1"], cover["C3"] = "Register of contracts", "=NOW()"
    workbook.create_sheet("lists").append(["x", "x"])
    sheet = workbook.create_sheet("needs")
    sheet.append(["dependent", "provider", "note", "modified"])
    sheet.append(["Town A", "Host BV", "=1+1", dt.datetime(2024, 1, 15, 13, 5)])  # noqa: DTZ001  # no zones there
    sheet.append([None, None, "=1+1", None])
    sheet.append(["Town B", "Host BV", "#N/A", None])
    path = tmp_path / "register.xlsx"
    workbook.save(path)
    needs = [need for record in read(path, ignore=["note", "Modified"]) for need in record.needs]
    assert [(need.dependent, need.record) for need in needs] == [
        ("name:Town A", "register.xlsx/needs:2"),
        ("name:Town B", "register.xlsx/needs:4"),
    ]


def test_a_workbook_without_the_sheets_names_those_it_has(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.worksheets[0].title = "contracts 2024"
    path = tmp_path / "register.xlsx"
    workbook.save(path)
    with pytest.raises(InputError, match=r"^register.xlsx: has no sheet 'needs' .*: rename one of contracts 2024$"):
        read(path)


def test_a_register_with_semicolons_is_the_same(folder: Path) -> None:
    expected = read(folder)
    for name in ("needs.csv", "nodes.csv"):
        rows = list(csv.reader(io.StringIO((folder / name).read_text())))
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows([*rows, [""] * len(rows[0])])
        (folder / name).write_text(text.getvalue(), newline="")
    assert read(folder) == expected


def test_a_column_that_is_needed_cannot_be_ignored(folder: Path) -> None:
    with pytest.raises(InputError, match=r"^needs.csv:1: provider: is needed: take it out of --ignore"):
        read(folder, ignore=["provider"])


def test_a_line_break_in_a_cell_moves_the_lines_below(folder: Path) -> None:
    (folder / "nodes.csv").unlink()
    (folder / "needs.csv").write_text('dependent,provider\n"a\nb",x\nc,x\n')
    first, second = (need for record in read(folder) for need in record.needs)
    assert (first.dependent, first.record, second.record) == ("name:a b", "needs.csv:2", "needs.csv:4")


def test_bad_rows_are_told_one_by_one_wherever_they_are(folder: Path) -> None:
    """Rows are read many at a time; which ones are bad must not depend on where the groups begin."""
    (folder / "nodes.csv").unlink()
    bad = {2, 3, 129, 130, 131, 257, 258, 400, 517}
    lines = [f"a{line},b,{'x' if line in bad else ''}" for line in range(2, 518)]
    (folder / "needs.csv").write_text("\n".join(["dependent,provider,share", *lines]))
    facts = read(folder)
    found = [finding.record for record in facts for finding in record.findings]
    assert found == [f"needs.csv:{line}" for line in sorted(bad)]
    needs = [need.record for record in facts for need in record.needs]
    assert needs == [f"needs.csv:{line}" for line in range(2, 518) if line not in bad]


def test_what_ends_the_reading_does_not_hide_the_rows_before_it(folder: Path) -> None:
    (folder / "nodes.csv").unlink()
    (folder / "needs.csv").write_text('dependent,provider,share\na,b,x\nc,d,\ne,"f\n')
    seen: list[str] = []

    def look() -> None:
        for record in SOURCE.read(Given((folder,))):
            seen.extend([*map(str, record.findings), *(need.record for need in record.needs)])

    with pytest.raises(InputError, match=r"^needs.csv:4: a quote that opens here is never closed"):
        look()
    assert seen == ["needs.csv:2: share: 'x' is not a number: write digits, such as 12", "needs.csv:3"]


def test_each_table_may_stand_alone(folder: Path) -> None:
    assert all(not record.nodes for record in read(folder / "needs.csv"))
    (folder / "needs.csv").unlink()
    facts = read(folder)
    assert sum(len(record.nodes) for record in facts) == 32
    assert not any(record.needs for record in facts)


def test_other_tables_are_named_and_other_files_left_alone(folder: Path) -> None:
    (folder / "README.txt").write_text("who keeps this")
    (folder / "node.csv").write_text("id\n")
    findings = [finding for record in read(folder) for finding in record.findings]
    assert [(finding.level, str(finding)) for finding in findings] == [
        (Level.NOTE, "node.csv: is not read: the files of a register are needs.csv and nodes.csv")
    ]


def test_foreign_columns_are_ignored_by_name_only(folder: Path) -> None:
    (folder / "nodes.csv").write_text("id,colour\na,red\n")
    (folder / "needs.csv").write_text("dependent,provider,Remarks\na,b,x\n")
    with pytest.raises(InputError) as caught:
        read(folder, ignore=["remarks"])
    assert [finding.field for finding in caught.value.findings] == ["colour"]
    with pytest.raises(InputError) as caught:
        read(folder)
    assert [finding.field for finding in caught.value.findings] == ["colour", "remarks"]
    assert sum(len(record.needs) for record in read(folder, ignore=["Remarks", " COLOUR"])) == 1


def test_an_owner_may_be_declared_anywhere_in_the_register(folder: Path) -> None:
    (folder / "nodes.csv").write_text(
        "id,kind,owner,identifiers\n"
        "f1,function,declared below,\n"
        "f2,function,only a dependent,\n"
        "f3,function,kvk:12345678,\n"
        "f4,function,misspelt,\n"
        "f5,function,domain:below.nl,\n"
        "declared below,,,kvk:12345678 domain:below.nl\n"
    )
    (folder / "needs.csv").write_text("dependent,provider\nonly a dependent,x\n")
    facts = read(folder)
    assert {tie.subject for record in facts for tie in record.ties} == {"function:f1", "function:f2", "function:f3"}
    assert [finding.record for record in facts for finding in record.findings] == ["nodes.csv:5", "nodes.csv:6"]
    assert all("function:f4" not in (node.id for node in record.nodes) for record in facts)


@pytest.mark.parametrize(
    ("names", "error", "said"),
    [
        ((), MissingPathError, "' holds neither needs.csv nor nodes.csv: give a folder or zip with"),
        (("contracts.csv",), MissingPathError, "' holds neither needs.csv nor nodes.csv"),
    ],
)
def test_a_folder_without_the_files_is_an_error_of_usage(
    tmp_path: Path, names: tuple[str, ...], error: type[Exception], said: str
) -> None:
    for name in names:
        (tmp_path / name).write_text("a\n")
    with pytest.raises(error, match=said):
        read(tmp_path)


def test_paths_that_do_not_fit_together_are_errors_of_usage(folder: Path, tmp_path: Path) -> None:
    book = tmp_path / "register.xlsx"
    book.write_bytes(b"")
    with pytest.raises(UsageError, match="give one workbook, and no other path beside it"):
        read(folder, book)
    other = tmp_path / "other"
    other.mkdir()
    (other / "needs.csv").write_text("dependent,provider\na,b\n")
    with pytest.raises(UsageError, match=r"needs.csv' and '.*needs.csv' are two tables of one name.* --part"):
        read(folder, other)
    with pytest.raises(MissingPathError, match=r"none.xlsx' is not a file"):
        read(tmp_path / "none.xlsx")
    (tmp_path / "contracts.csv").write_text("a\n")
    with pytest.raises(MissingPathError, match=r"contracts.csv' is neither needs.csv nor nodes.csv"):
        read(tmp_path / "contracts.csv")


def test_placeholders_may_be_read_as_unknown_and_are_counted(folder: Path) -> None:
    """Providers become unknown, ties are left empty; a dependent that nobody names stays an error."""
    (folder / "needs.csv").write_text("dependent,provider\na,N/A\nb,n/a\nb,N/A\nTBD,x\nc,unknown:\n")
    (folder / "nodes.csv").write_text("id,kind,owner,owned_by\npay,function,?,\na,,,None\n")
    facts = list(SOURCE.read(Given((folder,), placeholders="unknown")))
    needs = [(need.dependent, need.provider) for record in facts for need in record.needs]
    assert needs == [("name:a", "unknown:"), ("name:b", "unknown:"), ("name:b", "unknown:"), ("name:c", "unknown:")]
    assert [node.id for record in facts for node in record.nodes] == ["function:pay", "name:a"]
    assert not any(record.ties for record in facts)
    assert [f"{finding.level} {finding}" for record in facts for finding in record.findings] == [
        "error needs.csv:5: dependent: is unknown: only a provider may be",
        "note needs.csv: provider: 3 cells that name nobody are read as unknown: 'N/A' (2), 'n/a' (1)",
        "note nodes.csv: 2 cells that name nobody are left empty: '?' (1), 'None' (1)",
    ]
