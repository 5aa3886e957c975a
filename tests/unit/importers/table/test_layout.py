"""Where a table stands on its sheet: each thing that people put around it is handled or refused by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.workbook.properties import CalcProperties

from importers.table.preview import preview

Made = Callable[..., Any]

HEADER = ["Buyer", "Supplier", "Service", "Start date"]


def test_a_title_blank_rows_and_notes_stand_around_a_table(text: Made, mapped: Made) -> None:
    done = mapped(
        text(
            "Register of contracts,,\n,,\nBuyer,Supplier,Service\nA,S,mail\nA,T,web\n,,\nSource: procurement 2026,,\n* estimates,,\n"
        )
    )
    assert done.open == []
    assert done.needs() == [("name:A", "name:S", "contracts.csv:4"), ("name:A", "name:T", "contracts.csv:5")]
    assert done.said() == ["note dropped-rows contracts.csv: 2 rows (7, 8) are left out: table.notes is drop"]


def test_totals_are_dropped_only_if_the_mapping_says_so(text: Made, mapped: Made) -> None:
    path = text("Buyer,Supplier,Service\nA,S,mail\nA,Total SA,web\nTotal,,\n")
    assert mapped(path).open == ["table.totals"]
    assert mapped(path, "table.totals=drop").column("provider") == ["name:S", "name:Total SA"]
    assert mapped(path, "table.totals=keep").column("provider") == ["name:S", "name:Total SA", "unknown:"]


def test_a_header_that_is_printed_again_is_no_row(text: Made, mapped: Made) -> None:
    done = mapped(text("Buyer,Supplier,Service\nA,S,mail\nBUYER,supplier,Service\nA,T,web\n"))
    assert done.column("provider") == ["name:S", "name:T"]
    assert done.said() == ["note repeated-header contracts.csv: 1 row (3) is the header once more, and no row"]


def test_a_second_table_below_is_named_and_not_read(text: Made, mapped: Made) -> None:
    path = text("Buyer,Supplier,Service\nA,S,mail\n,,\nSupplier,Country,\nS,NL,\n")
    done = mapped(path)
    assert done.column("provider") == ["name:S"]
    assert "warning second-table contracts.csv: rows 4 to 5 look like another table" in done.said()[0]
    other = mapped(path, "table.header=4", "dependent.value=A")
    assert other.column("provider") == ["name:S"]
    assert other.nodes()["name:S"] == {"country": "NL"}


def test_a_row_of_one_cell_between_others_is_asked_about(text: Made, mapped: Made) -> None:
    path = text("Supplier,Service,Start date\nTown A,,\nS,mail,2024-01-01\nTown B,,\nT,web,2024-01-01\n")
    assert mapped(path).open == ["dependent.value", "table.single"]
    done = mapped(path, "table.single=dependent")
    assert done.open == []
    assert done.needs() == [("name:Town A", "name:S", "contracts.csv:3"), ("name:Town B", "name:T", "contracts.csv:5")]
    left = mapped(path, "table.single=drop", "dependent.value=X")
    assert left.column("dependent") == ["name:X", "name:X"]


def test_a_header_of_two_languages_is_joined(text: Made, mapped: Made) -> None:
    done = mapped(text("Afnemer;Leverancier;Einddatum\nClient;Fournisseur;Date de fin\nA;S;2027-12-31\n"))
    assert done.proposal.told.values["table.header"] == [1, 2]
    assert done.proposal.sheets[0].layout.names == (
        "Afnemer / Client",
        "Leverancier / Fournisseur",
        "Einddatum / Date de fin",
    )
    assert done.column("valid_to") == ["2027-12-31"]


def test_groups_of_merged_cells_above_the_header_are_joined(book: Made, mapped: Made) -> None:
    def finish(made: Workbook) -> None:
        sheet = made.active
        for area in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
            sheet.merge_cells(area)

    rows = [
        ["Contracts"],
        ["Buyer", "Supplier", "Contract"],
        [None, None, "Start", "End"],
        ["A", "S", date(2024, 1, 1), date(2026, 12, 31)],
    ]
    done = mapped(book(rows, finish))
    assert done.proposal.sheets[0].layout.names == ("Buyer", "Supplier", "Contract / Start", "Contract / End")
    assert (done.column("valid_from"), done.column("valid_to")) == (["2024-01-01"], ["2026-12-31"])
    assert done.needs()[0][2] == "contracts.xlsx/Contracts:4"


def test_what_is_merged_down_holds_for_its_rows(book: Made, mapped: Made) -> None:
    rows = [HEADER, ["A", "S", "mail", None], [None, "T", "web", None], ["B", "U", "web", None]]
    done = mapped(book(rows, lambda made: made.active.merge_cells("A2:A3")))
    assert done.open == []
    assert done.column("dependent") == ["name:A", "name:A", "name:B"]
    assert "note merged-cells contracts.xlsx/Contracts: 1 cell takes the value of the merged one above" in done.said()


def test_what_is_merged_sideways_over_columns_that_are_read_is_refused(book: Made, mapped: Made) -> None:
    rows = [HEADER, ["A", "S", None, None], ["A", "T", "web", None]]
    found = mapped(book(rows, lambda made: made.active.merge_cells("B2:C2"))).said()
    assert (
        "error merged-cells contracts.xlsx/Contracts:2: Supplier: its cell is merged with those beside it" in found[0]
    )


def test_hidden_rows_and_columns_are_read_and_counted(book: Made, mapped: Made) -> None:
    def finish(made: Workbook) -> None:
        made.active.row_dimensions[3].hidden = True
        made.active.column_dimensions["C"].hidden = True

    done = mapped(book([HEADER, ["A", "S", "mail", None], ["A", "T", "web", None]], finish))
    assert done.column("provider") == ["name:S", "name:T"]
    assert done.said() == [
        "note hidden-rows contracts.xlsx/Contracts: 1 row (3) is hidden and read like the others",
        "note hidden-columns contracts.xlsx/Contracts: hidden columns are read: Service",
    ]


def test_rows_that_a_filter_hides_are_read_and_counted(book: Made, mapped: Made) -> None:
    def finish(made: Workbook) -> None:
        made.active.auto_filter.ref = "A1:D3"
        made.active.auto_filter.add_filter_column(1, ["S"])
        made.active.row_dimensions[3].hidden = True

    done = mapped(book([HEADER, ["A", "S", "mail", None], ["A", "T", "web", None]], finish))
    assert done.said()[0].endswith("1 row (3) is hidden by a filter and read like the others")


def test_a_hidden_sheet_is_read_only_when_it_is_named(book: Made, mapped: Made) -> None:
    def finish(made: Workbook) -> None:
        hidden = made.create_sheet("Old")
        hidden.sheet_state = "hidden"
        for row in (HEADER, ["A", "Z", "mail", None]):
            hidden.append(row)

    path = book([HEADER, ["A", "S", "mail", None]], finish)
    done = mapped(path)
    assert (done.open, done.column("provider")) == ([], ["name:S"])
    assert "note not-read contracts.xlsx: 1 hidden sheet is not read: Old" in done.said()
    assert mapped(path, "file.sheet=Old").column("provider") == ["name:Z"]


def test_of_several_sheets_of_one_form_one_is_named_or_all_are_read(book: Made, mapped: Made) -> None:
    def finish(made: Workbook) -> None:
        made.active.title = "Town A"
        for row in (["Supplier", "Service"], ["T", "web"]):
            made.create_sheet("Town B").append(row) if "Town B" not in made.sheetnames else made["Town B"].append(row)

    path = book([["Supplier", "Service"], ["S", "mail"]], finish)
    assert mapped(path).open == ["file.sheet", "dependent.value"]
    done = mapped(path, "file.sheet=*")
    assert done.open == []
    assert done.needs() == [
        ("name:Town A", "name:S", "contracts.xlsx/Town A:2"),
        ("name:Town B", "name:T", "contracts.xlsx/Town B:2"),
    ]


def test_a_sheet_that_is_not_there_is_told(book: Made, mapped: Made) -> None:
    done = mapped(book([HEADER, ["A", "S", "mail", None]]))
    done.mapping.write_text(done.mapping.read_text(encoding="utf-8").replace('"Contracts"', '"2027"'), encoding="utf-8")
    assert done.said() == [
        "error missing-sheet contracts.xlsx: file.sheet: there is no sheet '2027': there are 'Contracts'"
    ]


def test_days_that_are_counted_from_1904_are_those_days(book: Made, mapped: Made) -> None:
    def finish(made: Workbook) -> None:
        made.epoch = datetime(1904, 1, 1)  # noqa: DTZ001  # no zones there
        made.active["D2"] = date(2024, 2, 1)

    assert mapped(book([HEADER, ["A", "S", "mail", None]], finish)).column("valid_from") == ["2024-02-01"]


def with_formula(tmp_path: Any, value: str) -> Any:
    """Write a workbook by hand: a formula with the value of when it was saved, which openpyxl writes never."""
    from zipfile import ZipFile

    made = Workbook()
    made.calculation = CalcProperties()
    made.active.title = "Contracts"
    for row in (["Buyer", "Supplier", "Annual cost EUR"], ["A", "S", 4711]):
        made.active.append(row)
    path, kept = tmp_path / "plain.xlsx", tmp_path / "contracts.xlsx"
    made.save(path)
    with ZipFile(path) as source, ZipFile(kept, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode("utf-8")
            target.writestr(name, content.replace("<v>4711</v>", f"<f>1+1</f>{value}"))
    return kept


def test_a_formula_is_read_by_its_last_value_and_said_so(mapped: Made, tmp_path: Any) -> None:
    done = mapped(with_formula(tmp_path, "<v>2</v>"))
    assert done.column("cost_eur") == [2.0]
    assert any(
        "formulas are read by the values that the file was saved with: column C (1)" in said for said in done.said()
    )


def test_a_formula_without_a_value_is_refused_with_its_cell(mapped: Made, tmp_path: Any) -> None:
    found = mapped(with_formula(tmp_path, "")).said()
    assert any(
        "error bad-cell contracts.xlsx/Contracts:2: Annual cost EUR: holds a formula whose value was never" in said
        for said in found
    )


@pytest.mark.parametrize(
    ("written", "what"),
    [("1234567", "has 7 digits where 8 are due"), ("8,1E+13", "keeps only the first digits"), ("1234567X", "8 digits")],
)
def test_an_identifier_that_a_spreadsheet_damaged_is_named_and_never_used(
    text: Made, mapped: Made, written: str, what: str
) -> None:
    done = mapped(text(f"Buyer;Supplier;KvK-nummer\nA;S;{written}\nA;T;12345678\n"))
    assert done.column("provider") == ["name:S", "kvk:12345678"]
    (said,) = done.said()
    assert said.startswith("warning damaged-identifier contracts.csv:2: KvK-nummer: ")
    assert what in said
    assert said.endswith(": not used")


def test_a_name_is_the_party_whose_number_stands_beside_it_in_another_row(text: Made, mapped: Made) -> None:
    done = mapped(text("Buyer;Supplier;KvK-nummer\nA;S;12345678\nB;s;\n"))
    assert done.column("provider") == ["kvk:12345678", "kvk:12345678"]
    two = mapped(text("Buyer;Supplier;KvK-nummer\nA;S;12345678\nB;S;87654321\nC;S;\n"))
    assert "may be kvk:12345678 (contracts.csv:2) or kvk:87654321 (contracts.csv:3)" in two.said()[0]


def test_a_name_of_many_numbers_is_told_with_a_few_of_them(text: Made, mapped: Made) -> None:
    rows = "".join(f"A;S;{10_000_000 + number}\n" for number in range(2_000))
    (said,) = [one for one in mapped(text(f"Buyer;Supplier;KvK nummer\n{rows}A;S;\n")).said() if "two-parties" in one]
    assert "kvk:10000000 (contracts.csv:2)" in said
    assert "or 1,997 others: write the number" in said


def test_ids_among_the_data_make_no_header(text: Made, mapped: Made) -> None:
    rows = "".join(f"id-{number};flow;report to customer {number}\n" for number in range(30))
    done = mapped(text(f"id;type;name\n{rows}"))
    assert done.open == ["table.header"]


def test_a_column_that_is_gone_is_named_and_a_new_one_is_a_warning(text: Made, mapped: Made) -> None:
    done = mapped(text("Buyer,Supplier,Service\nA,S,mail\n"))
    text("Buyer,Supplier name,Service\nA,S,mail\n")
    (gone,) = done.said()
    assert gone.startswith(
        "error missing-column contracts.csv:1: Supplier: the column is gone: is it 'Supplier name' now?"
    )
    assert "provider.column in contracts.toml" in gone
    text("Buyer,Supplier,Service,Colour\nA,S,mail,red\nA,T,web,\n")
    assert done.said() == [
        "warning new-column contracts.csv: Colour: is not in the mapping, and not read: 1 cell, in row 2"
    ]


def test_columns_may_be_moved(text: Made, mapped: Made) -> None:
    done = mapped(text("Buyer,Supplier,Service\nA,S,mail\n"))
    text("Service,Buyer,Supplier\nmail,A,S\n")
    assert done.needs() == [("name:A", "name:S", "contracts.csv:2")]


@pytest.mark.parametrize(
    "header",
    [
        "Afnemer;Leverancier;Ingangsdatum;Einddatum;Jaarkosten",
        "Acheteur;Fournisseur;Date de début;Date de fin;Coût annuel",
        "Buyer;Vendor;Start date;Expiry date;Annual cost",
        "Auftraggeber;Auftragnehmer;Vertragsbeginn;Vertragsende;Jahreskosten",
    ],
)
def test_headers_of_four_languages_are_known(text: Made, mapped: Made, header: str) -> None:
    done = mapped(text(f"{header}\nA;S;2024-01-01;2026-12-31;€ 10\n"))
    assert done.open == []
    (need,) = [need for facts in done.read() for need in facts.needs]
    assert need[:2] == ("name:A", "name:S")
    assert (need.cost_eur, need.valid_from, need.valid_to) == (10.0, "2024-01-01", "2026-12-31")


@pytest.mark.parametrize(
    "word",
    [
        "n.v.t.",
        "zie bijlage",
        "n.c.",
        "sans objet",
        "k. A.",
        "TBC",
        "onbekend",
        "",
        "-",
        "Keine Angabe",
        "not disclosed",
    ],
)
def test_who_is_not_named_is_unknown(text: Made, mapped: Made, word: str) -> None:
    assert mapped(text(f"Buyer;Supplier;Service\nA;{word};mail\n")).column("provider") == ["unknown:"]


@pytest.mark.parametrize(
    "word", ["onbepaalde tijd", "Unbefristet", "durée indéterminée", "ongoing", "until further notice", "n.v.t.", ""]
)
def test_an_end_that_is_open_is_none(text: Made, mapped: Made, word: str) -> None:
    assert mapped(text(f"Buyer;Supplier;End date\nA;S;{word}\n")).column("valid_to") == [None]


def test_names_of_people_are_dropped(text: Made, mapped: Made) -> None:
    done = mapped(text("Buyer,Supplier,Contact person,E-mail,Owner\nA,S,J. Doe,j@example.org,K. Roe\n"))
    assert done.proposal.told.values["drop"] == ["Contact person", "E-mail", "Owner"]
    assert set(done.proposal.dropped.values()) == {"names and addresses of people are not imported"}
    assert "Doe" not in str(done.read())


def test_rows_of_another_width_are_told(text: Made, mapped: Made) -> None:
    found = mapped(text("Buyer,Supplier,Service\nA,S,mail\nA,Acme, Inc.,web\n")).said()
    assert found == [
        "error ragged-row contracts.csv:3: has 4 cells where the header has 3: quote cells that hold the sign which parts cells"
    ]


def test_numbers_of_a_supplier_that_is_not_told_yet_are_not_the_organisations(text: Made, mapped: Made) -> None:
    done = mapped(text("KvK nummer;Naam\n12345678;A\n87654321;B\n"), "table.header=1")
    shown = [cells for _, cells in preview(done.proposal)]
    assert [cells["dependent"] for cells in shown] == ["?", "?"]
    assert [cells["provider"] for cells in shown] == ["kvk:12345678", "kvk:87654321"]
