"""What a table does not prove is asked, each with a key of its own, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from depgraph.errors import InputError, UsageError
from depgraph.model import Level
from importers.table.mapping import answers

Made = Callable[..., Any]


def dated(*written: str) -> str:
    return "Buyer;Supplier;Start date\n" + "".join(f"A;S{at};{one}\n" for at, one in enumerate(written))


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (("01-02-2026", "03-04-2026"), ["valid_from.order"]),
        (("01-02-2026", "31-12-2026"), []),
        (("01/02/2026", "12/31/2026"), []),
        (("01-01-2026", "02-02-2026"), []),
        (("2026-02-01", "1 februari 2026", "1er février 2026", "March 5, 2026", "3. März 2026"), []),
        (("01-02-26", "31-12-26"), ["valid_from.century"]),
        (("01.02.26",), ["valid_from.order", "valid_from.century"]),
    ],
)
def test_the_order_of_dates_is_asked_only_where_the_column_does_not_prove_it(
    text: Made, mapped: Made, written: tuple[str, ...], asked: list[str]
) -> None:
    assert mapped(text(dated(*written))).open == asked


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("valid_from.order=day-first", "valid_from.century=2000"), "2026-02-01"),
        (("valid_from.order=month-first", "valid_from.century=1900"), "1926-01-02"),
    ],
)
def test_an_answer_about_dates_is_followed(text: Made, mapped: Made, said: tuple[str, ...], expected: str) -> None:
    assert mapped(text(dated("01.02.26")), *said).column("valid_from") == [expected]


def test_dates_that_contradict_each_other_are_told_with_both_rows(text: Made, mapped: Made) -> None:
    found = mapped(text(dated("31-12-2026", "12-31-2026"))).said()
    assert found == [
        "error contradiction contracts.csv:3: Start date: row 2 has the day first and row 3 the month: correct one, or say which is right with valid_from.order"
    ]


def test_once_told_the_other_row_is_bad_by_itself(text: Made, mapped: Made) -> None:
    found = mapped(text(dated("31-12-2026", "12-31-2026")), "valid_from.order=day-first").said()
    assert found == ["error bad-value contracts.csv:3: Start date: '12-31-2026' is not a day of the calendar"]


def costly(*written: str, header: str = "Annual cost EUR") -> str:
    return f"Buyer;Supplier;{header}\n" + "".join(f"A;S{at};{one}\n" for at, one in enumerate(written))


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (("1.234", "5.678"), ["cost.decimal"]),
        (("1.234", "12,50"), []),
        (("1,234", "12.50"), []),
        (("1,200", "12,50"), ["cost.decimal"]),
        (("€ 1.250,-", "1.234"), []),
        (("12 500", "1\u00a0250"), []),
        (("1.234.567",), []),
    ],
)
def test_the_decimal_sign_is_asked_only_where_the_column_does_not_prove_it(
    text: Made, mapped: Made, written: tuple[str, ...], asked: list[str]
) -> None:
    assert mapped(text(costly(*written))).open == asked


def test_decimal_signs_that_contradict_each_other_are_told_with_both_rows(text: Made, mapped: Made) -> None:
    found = mapped(text(costly("12,50", "1,200.50"))).said()
    assert found[0].startswith(
        "error contradiction contracts.csv:3: Annual cost EUR: row 2 has a decimal comma and row 3"
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("cost.period=year",), 1234.0),
        (("cost.period=month",), 14808.0),
        (("cost.period=quarter",), 4936.0),
        (("cost.period=term",), None),
        (("cost.period=year", "cost.unit=1000"), 1_234_000.0),
    ],
)
def test_an_amount_is_of_a_year_only_when_somebody_says_so(
    text: Made, mapped: Made, said: tuple[str, ...], expected: float | None
) -> None:
    path = text(costly("1234", header="Contract value (EUR)"))
    assert mapped(path).open == ["cost.period"]
    assert mapped(path, *said).column("cost_eur") == [expected]


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2024-01-01", "2026-12-31", 400.0),
        # Half a year that is not a leap one: 184 of its 365 days.
        ("2025-07-01", "2025-12-31", round(1200 * 365 / 184, 2)),
        # From one leap day to the eve of the next: four years.
        ("2024-02-29", "2028-02-28", 300.0),
        # A year and a day of the 365 from 1 January 2026 on.
        ("2025-01-01", "2026-01-01", round(1200 / (1 + 1 / 365), 2)),
        ("2024-01-01", "", None),
        ("", "2026-12-31", None),
    ],
)
def test_an_amount_for_a_term_is_spread_over_it_only_when_somebody_says_so(
    text: Made, mapped: Made, begin: str, end: str, expected: float | None
) -> None:
    path = text(f"Buyer;Supplier;Start date;End date;Contract value (EUR)\nA;S;{begin};{end};1200\n")
    told = ("cost.period=term", "cost.spread=even")
    assert mapped(path, *told).column("cost_eur") == [expected]
    assert mapped(path, told[0], "cost.spread=no").column("cost_eur") == [None]
    unsaid = mapped(path, told[0])
    assert unsaid.column("cost_eur") == [None]
    assert any('cost.spread = "even" spreads them' in said for said in unsaid.said())


@pytest.mark.parametrize(
    "title", ["Bedragen x € 1.000", "Beträge in Tsd. EUR", "montants en milliers d'euros", "in k€"]
)
def test_a_unit_is_never_applied_or_ignored_in_silence(text: Made, mapped: Made, title: str) -> None:
    path = text(f"{title};;\n" + costly("12"))
    assert mapped(path).open == ["cost.unit"]
    assert mapped(path, "cost.unit=1000").column("cost_eur") == [12_000.0]
    assert mapped(path, "cost.unit=1").column("cost_eur") == [12.0]


def test_a_currency_is_asked_where_nothing_shows_it(text: Made, mapped: Made) -> None:
    path = text(costly("12", header="Annual cost"))
    assert mapped(path).open == ["cost.currency"]
    assert mapped(path, "cost.currency=EUR").column("cost_eur") == [12.0]


def test_another_currency_stays_unknown_until_there_is_a_rate_and_its_date(text: Made, mapped: Made) -> None:
    path = text(costly("USD 100", "€ 5", header="Annual cost"))
    done = mapped(path)
    assert done.open == []
    assert done.column("cost_eur") == [None, 5.0]
    assert any("amounts in USD stay unknown in EUR" in said for said in done.said())
    assert mapped(path, "rate.USD.eur=0.9").open == ["rate.USD.date"]
    told = mapped(path, "rate.USD.eur=0.9", "rate.USD.date=2025-12-31")
    assert told.column("cost_eur") == [90.0, 5.0]


def test_text_among_numbers_is_asked(text: Made, mapped: Made) -> None:
    path = text(costly("12", "in overleg", "n.v.t.", "circa 3"))
    assert mapped(path).open == ["cost.words.in overleg", "cost.words.circa 3"]
    done = mapped(path, "cost.words.in overleg=unknown", "cost.words.circa 3=3")
    assert done.column("cost_eur") == [12.0, None, None, 3.0]


def test_a_column_of_texts_is_one_question(text: Made, mapped: Made) -> None:
    path = text(costly(*(f"text {at}" for at in range(20))))
    assert mapped(path).open == ["cost.other", "cost.currency"] or mapped(path).open == ["cost.other"]
    assert set(mapped(path, "cost.other=unknown").column("cost_eur")) == {None}


@pytest.mark.parametrize("cells", [("hoog", "laag"), ("1 - most critical", "3"), ("1", "0"), ("3", "5")])
def test_words_and_ranks_of_criticality_have_no_number_of_their_own(
    text: Made, mapped: Made, cells: tuple[str, str]
) -> None:
    path = text(
        "Buyer,Process,Supplier,Criticality\n" + "".join(f"A,f{at},S,{cell}\n" for at, cell in enumerate(cells))
    )
    assert mapped(path).open == [f"criticality.words.{cell}" for cell in cells]
    done = mapped(path, f"criticality.words.{cells[0]}=0.9", f"criticality.words.{cells[1]}=unknown")
    assert [attributes.get("criticality") for attributes in done.nodes().values() if "name" in attributes] == [
        0.9,
        None,
    ]


def test_numbers_from_0_to_1_are_a_scale(text: Made, mapped: Made) -> None:
    path = text("Buyer,Process,Supplier,Criticality\nA,f,S,0.5\nA,g,S,1\n")
    assert mapped(path).open == []


def test_a_yes_or_no_on_redundancy_is_never_k_of_n(text: Made, mapped: Made) -> None:
    path = text("Buyer,Service,Supplier,Redundant\nA,mail,S,yes\nA,mail,T,yes\n")
    assert mapped(path).open == ["at_least.words.yes"]
    assert mapped(path, "at_least.words.yes=unknown").column("at_least") == ["unknown", "unknown"]
    assert mapped(path, "at_least.words.yes=any").column("at_least") == ["any", "any"]


@pytest.mark.parametrize(
    ("cell", "said", "suppliers"),
    [
        ("KPN / Microsoft", "slash", ["name:KPN", "name:Microsoft"]),
        ("KPN / Microsoft", "none", ["name:KPN / Microsoft"]),
        ('"KPN\nMicrosoft"', "newline", ["name:KPN", "name:Microsoft"]),
        ("KPN/Ørsted A/S", "slash", ["name:KPN", "name:Ørsted A/S"]),
        ("KPN / n.v.t.", "slash", ["name:KPN", "unknown:"]),
        ('"Acme, Inc., Atos"', "comma", ["name:Acme, Inc.", "name:Atos"]),
    ],
)
def test_several_suppliers_in_one_cell_are_one_requirement_of_which_nobody_says_how_many(
    text: Made, mapped: Made, cell: str, said: str, suppliers: list[str]
) -> None:
    path = text(f"Buyer;Supplier;Annual cost EUR\nA;{cell};10\n")
    assert mapped(path).open == ["provider.separators"]
    done = mapped(path, f"provider.separators={said}")
    assert done.column("provider") == suppliers
    several = len(suppliers) > 1
    assert done.column("at_least") == ["unknown" if several else ""] * len(suppliers)
    assert done.column("cost_eur") == [None if several else 10.0] * len(suppliers)
    assert len(set(done.column("requirement"))) == 1
    assert bool(done.column("requirement")[0]) is several


@pytest.mark.parametrize("name", ["Ørsted A/S", "Acme, Inc.", "t/a Acme", "Microsoft"])
def test_a_name_with_a_sign_in_it_is_one_supplier(text: Made, mapped: Made, name: str) -> None:
    path = text(f"Buyer;Supplier\nA;{name}\n")
    assert mapped(path).open == []
    assert mapped(path).column("provider") == [f"name:{name}"]


def test_a_cell_may_stay_whole(text: Made, mapped: Made) -> None:
    path = text("Buyer;Supplier\nA;KPN / Microsoft\nA;Noord / Zuid BV\n")
    done = mapped(path, "provider.separators=slash", "provider.whole=Noord / Zuid BV")
    assert done.column("provider") == ["name:KPN", "name:Microsoft", "name:Noord / Zuid BV"]


def test_of_two_columns_of_one_name_one_is_chosen(text: Made, mapped: Made) -> None:
    path = text("Buyer,Supplier,Supplier\nA,S,T\n")
    assert mapped(path).open == ["provider.column"]
    assert mapped(path).proposal.questions[0].choices == ("Supplier (B)", "Supplier (C)")
    assert mapped(path, "provider.column=Supplier (C)").column("provider") == ["name:T"]


def test_of_one_column_a_year_one_is_chosen(text: Made, mapped: Made) -> None:
    path = text("Buyer,Supplier,2024,2025\nA,S,€ 10,€ 20\n")
    assert mapped(path).open == ["cost.column", "cost.period"]
    done = mapped(path, "cost.column=2025", "cost.period=year")
    assert done.column("cost_eur") == [20.0]


def test_begin_and_end_in_one_cell_are_parted_as_the_mapping_says(text: Made, mapped: Made) -> None:
    path = text("Buyer;Supplier;Looptijd\nA;S;13-01-2024 t/m 31-12-2026\nA;T;15-02-2025 t/m onbepaalde tijd\n")
    assert mapped(path).open == ["period.separator"]
    assert mapped(path).proposal.questions[0].choices == ("t/m",)
    done = mapped(path, "period.separator=t/m")
    assert list(zip(done.column("valid_from"), done.column("valid_to"), strict=True)) == [
        ("2024-01-13", "2026-12-31"),
        ("2025-02-15", None),
    ]


def test_retired_without_an_end_date_is_asked(text: Made, mapped: Made) -> None:
    path = text("Buyer,Supplier,Status,End date\nA,S,live,\nA,T,retired,\nA,U,retired,2024-01-01\n")
    assert mapped(path).open == ["status.words.retired"]
    assert mapped(path, "status.words.retired=drop").column("provider") == ["name:S", "name:U"]
    assert mapped(path, "status.words.retired=keep").column("provider") == ["name:S", "name:T", "name:U"]


def test_percentages_are_asked_where_no_sign_shows_them(text: Made, mapped: Made) -> None:
    path = text("Buyer,Supplier,Share\nA,S,40\nA,T,25%\n")
    assert mapped(path).open == ["share.percent"]
    assert mapped(path, "share.percent=yes").column("share") == [0.4, 0.25]


def test_a_file_about_one_buyer_says_which(text: Made, mapped: Made) -> None:
    path = text("Supplier,Service\nS,mail\n")
    assert mapped(path).open == ["dependent.value"]
    assert mapped(path, "dependent.value=Town of Exampleton").column("dependent") == ["name:Town of Exampleton"]


def test_blanks_below_the_first_row_of_a_group_are_filled_only_if_the_mapping_says_so(text: Made, mapped: Made) -> None:
    path = text("Buyer,Supplier\nA,S\n,T\nB,U\n")
    assert mapped(path).open == ["dependent.fill"]
    assert mapped(path, "dependent.fill=down").column("dependent") == ["name:A", "name:A", "name:B"]
    found = mapped(path, "dependent.fill=no").said()
    assert found == ["error missing-value contracts.csv:3: Buyer: is empty: who needs it?"]


def test_the_refusal_names_all_open_keys_at_once(text: Made, mapped: Made) -> None:
    done = mapped(text("Supplier,Value,Start date\nKPN / Atos,1.234,01-02-26\n"))
    keys = ["dependent.value", "valid_from.order", "valid_from.century", "cost.decimal", "cost.period", "cost.currency"]
    assert done.open == [*keys, "provider.separators"]
    with pytest.raises(InputError, match="7 answers are open") as refused:
        done.read()
    assert all(name in str(refused.value) for name in done.open)
    assert [finding.field for finding in refused.value.findings] == ["", *done.open]
    assert {finding.level for finding in refused.value.findings} == {Level.ERROR}


def test_what_a_later_file_brings_up_is_asked_then(text: Made, mapped: Made) -> None:
    done = mapped(text(costly("12")))
    text(costly("12", "in overleg"))
    assert [finding.field for finding in done.findings()][1:] == ["cost.words.in overleg"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("cost.period", "write KEY=VALUE"),
        ("cost.period=weekly", "use year or quarter or month or term"),
        ("cost.perod=year", "is no key of a mapping"),
        ("nobody.column=X", "is no key of a mapping"),
        ("provider.separators=dash", "must be none, or some of"),
        ("cost.unit=-1", "must be a number above 0"),
        ("table.header=x", "must be the number of a row"),
        ("rate.USD.date=today", "must be a date"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_is_right(said: str, wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        answers([said])


def test_a_wrong_key_of_a_mapping_is_told_with_the_others(text: Made, mapped: Made, tmp_path: Path) -> None:
    done = mapped(text("Buyer,Supplier\nA,S\n"))
    done.mapping.write_text('format = 2\nparts = "x"\n[provider]\ncolumn = 3\n', encoding="utf-8")
    assert [finding.field for finding in done.findings()] == ["format", "parts", "provider.column"]
