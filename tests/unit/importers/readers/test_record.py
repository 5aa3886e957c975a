"""One record: what is asked for raises with its place, what may be there is remarked on or, in our formats, an error."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError
from depgraph.ids import mint, read_id
from depgraph.model import Finding, Level
from importers.readers import values
from importers.readers.documents import parse_document
from importers.readers.record import Record
from importers.readers.remarks import Remarks

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def remarks() -> Remarks:
    return Remarks()


def parsed(value: object, remarks: Remarks | None = None) -> Record:
    return parse_document(json.dumps(value).encode(), "data.json", remarks)


def the_fault(caught: pytest.ExceptionInfo[InputError]) -> Finding:
    (finding,) = caught.value.findings
    return finding


def test_every_type_is_read_as_itself(remarks: Remarks) -> None:
    entry = parsed(
        {
            "name": " Gemeente \n Ede ",
            "people": 120_000,
            "since": "2025-12-31T08:00:00Z",
            "models": ["SaaS", " ", "PaaS"],
            "networks": [8075, 1136],
            "id": 1606097904,
        },
        remarks,
    )
    assert entry.text("name") == entry.maybe_text("name") == "Gemeente Ede"
    assert entry.whole("people") == entry.maybe_whole("people") == 120_000
    assert entry.maybe_date("since") == "2025-12-31"
    assert entry.maybe_texts("models") == ("SaaS", "PaaS")
    assert entry.maybe_texts("models", blank=True) == ("SaaS", "", "PaaS")
    assert entry.maybe_wholes("networks") == (8075, 1136)
    assert entry.identifier("id") == entry.maybe_identifier("id") == "1606097904"
    entry.close()
    assert remarks.findings() == ()


def test_maybe_takes_nothing_for_absent_null_and_blank(remarks: Remarks) -> None:
    entry = parsed({"null": None, "blank": "  "}, remarks)
    for key in ("null", "blank", "absent"):
        assert entry.maybe_text(key) == entry.maybe_identifier(key) == ""
        assert entry.maybe_texts(key) == entry.maybe_wholes(key) == ()
        assert entry.maybe_whole(key) is entry.maybe_date(key) is entry.maybe_item(key) is None
    assert list(entry.maybe_items("null")) == list(entry.maybe_items("absent")) == []
    entry.close()
    assert remarks.findings() == ()


def test_pointers_lead_to_the_value(remarks: Remarks) -> None:
    entry = parsed({"data": {"Products": [{"name": "a"}, {"a/b~c": [1, "x"], "k": 5}]}}, remarks)
    first, second = entry.item("data").items("Products")
    assert (first.record, first.path) == ("data.json#/data/Products/0", "/data/Products")
    assert second.maybe_texts("a/b~c") == ("x",)
    (remark,) = remarks.findings()
    assert remark == Finding(
        Level.WARNING,
        "not-read",
        "data.json#/data/Products/1/a~1b~0c/0",
        "a/b~c",
        "is a whole number: a text is wanted; taken as not stated",
    )
    with pytest.raises(InputError) as caught:
        second.text("k")
    assert the_fault(caught).record == "data.json#/data/Products/1/k"


def test_members_are_objects_whose_keys_are_data(remarks: Remarks) -> None:
    entry = parsed({"GM/0014": {"name": "Groningen"}, "version": 3, "GM0034": {"name": "Almere", "new": 1}}, remarks)
    found = [(key, member.text("name"), member.record, member.close()) for key, member in entry.members()]
    assert found == [
        ("GM/0014", "Groningen", "data.json#/GM~10014", None),
        ("GM0034", "Almere", "data.json#/GM0034", None),
    ]
    entry.close()
    assert [(remark.code, remark.record) for remark in remarks.findings()] == [
        ("unknown-key", "data.json#/version"),
        ("unknown-key", "data.json#/GM0034/new"),
    ]


def test_members_of_another_form_are_another_format() -> None:
    with pytest.raises(InputError, match=r"^data\.json#/a: a: is a text: an object is wanted$"):
        list(parsed({"a": "x", "b": "y"}).members())
    assert list(parsed({}).members()) == []


def test_texts_may_stand_under_keys_that_are_data(remarks: Remarks) -> None:
    entry = parsed({"selector1": "a.example", "selector2": " ", "selector3": 3}, remarks)
    assert [entry.maybe_text(key) for key in entry.names()] == ["a.example", "", ""]
    entry.close()
    assert [remark.record for remark in remarks.findings()] == ["data.json#/selector3"]


@pytest.mark.parametrize(
    ("take", "value", "said"),
    [
        ("text", 1, "is a whole number: a text is wanted"),
        ("text", None, "is null: a text is wanted"),
        ("text", " ", "is empty"),
        ("text", "a\x00b", r"U\+0000"),
        ("text", "\ud800", r"U\+D800"),
        ("identifier", 1.5, "is a number: a text is wanted"),
        ("identifier", True, "is true or false: a text is wanted"),
        ("identifier", "", "is empty"),
        ("whole", "1", "is a text: a whole number is wanted"),
        ("whole", 1.5, "is a number: a whole number is wanted"),
        ("whole", True, "is true or false: a whole number is wanted"),
        ("item", [], "is a list: an object is wanted"),
        ("items", {}, "is an object: a list is wanted"),
        ("maybe_items", {}, "is an object: a list is wanted"),
    ],
)
def test_identity_and_structure_of_the_wrong_type_refuse(take: str, value: object, said: str) -> None:
    entry = parsed({"key": value})
    with pytest.raises(InputError, match=said) as caught:
        list(getattr(entry, take)("key"))
    assert the_fault(caught).field == "key"
    assert the_fault(caught).record.startswith("data.json#/key")


@pytest.mark.parametrize(
    ("take", "value", "said"),
    [
        ("maybe_text", ["a"], "is a list: a text is wanted"),
        ("maybe_text", "a\x00b", "the text has the character U+0000, which no text may have"),
        ("maybe_identifier", {}, "is an object: a text is wanted"),
        ("maybe_whole", 1.0, "is a number: a whole number is wanted"),
        ("maybe_date", "31-12-2025", "'31-12-2025' is not a date: write it as 2025-12-31"),
        ("maybe_date", "2025-02-30", "'2025-02-30' is not a day of the calendar"),
        ("maybe_texts", "a", "is a text: a list is wanted"),
        ("maybe_wholes", 1, "is a whole number: a list is wanted"),
        ("maybe_item", [], "is a list: an object is wanted"),
    ],
)
def test_what_may_be_there_of_the_wrong_type_counts_as_not_stated(
    take: str, value: object, said: str, remarks: Remarks
) -> None:
    assert not getattr(parsed({"key": value}, remarks), take)("key")
    message = f"{said}; taken as not stated"
    assert remarks.findings() == (Finding(Level.WARNING, "not-read", "data.json#/key", "key", message),)


def test_what_is_no_object_raises_when_it_is_read() -> None:
    number, good = parsed({"rows": [7, {"id": "a"}]}).items("rows")
    for take in (number.text, number.maybe_text, number.has):
        with pytest.raises(InputError, match=r"^data\.json#/rows/0: is a whole number: an object is wanted$"):
            take("id")
    assert good.text("id") == "a"


def test_a_missing_key_is_an_error_where_it_is_asked_for() -> None:
    with pytest.raises(InputError, match=r"^data\.json#: id: the key is missing$"):
        parsed({"name": "a"}).text("id")


def test_an_unknown_key_is_one_warning_with_its_number_and_first_place(remarks: Remarks) -> None:
    root = parsed({"rows": [{"id": "a"}, {"id": "b", "logo": 1}, {"id": "c", "logo": 2, "old": 3}], "logo": 4}, remarks)
    for row in root.items("rows"):
        row.text("id")
        row.close({"old"})
    root.close()
    message = "the key is not known and not read: --ignore leaves out this warning"
    assert remarks.findings() == (
        Finding(Level.WARNING, "unknown-key", "data.json#/rows/1/logo", "logo", f"{message} (2 times, here first)"),
        Finding(Level.WARNING, "unknown-key", "data.json#/logo", "logo", message),
    )


def test_keys_that_the_user_knows_are_not_remarked_on() -> None:
    remarks = Remarks({"logo"})
    parsed({"logo": 1, "other": 2}, remarks).close()
    assert [remark.field for remark in remarks.findings()] == ["other"]


def row(**cells: str) -> Record:
    return Record(cells, "needs.csv:17", cells=True)


def test_every_cell_of_a_row_is_a_text_that_is_read_as_asked() -> None:
    given = row(name="  Gemeente   Ede ", people="120000", cost="1.5e3", since="2025-12-31", id="x", kvk="1234 5678")
    assert given.text("name") == given.identifier("name") == "Gemeente Ede"
    assert given.whole("people") == given.maybe_whole("people") == 120_000
    assert given.read("cost", values.number) == given.maybe_read("cost", values.number) == 1500.0
    assert given.maybe_date("since") == "2025-12-31"
    assert given.read("id", partial(read_id, kind="service")) == "service:x"
    assert given.read("kvk", partial(mint, "kvk")) == "kvk:12345678"
    given.close()


def test_a_row_takes_nothing_for_absent_and_blank() -> None:
    given = row(empty=" ")
    for column in ("empty", "absent"):
        assert given.maybe_text(column) == given.maybe_identifier(column) == ""
        assert given.maybe_whole(column) is given.maybe_date(column) is given.maybe_read(column, values.share) is None
    given.close()


@pytest.mark.parametrize(
    ("take", "cell", "code", "said"),
    [
        (Record.text, " ", "missing-value", "is empty: a value is needed"),
        (Record.text, "a\x00b", "bad-value", r"has the character U\+0000"),
        (Record.text, "#REF!", "bad-cell", "holds the error #REF!: correct it"),
        (Record.maybe_text, "#N/A", "bad-cell", "holds the error #N/A: correct it"),
        (Record.whole, "1.5", "bad-value", "'1.5' is not a whole number"),
        (Record.maybe_whole, "x" * 100, "bad-value", r"'x{57}\.\.\.' is not a whole number"),
        (Record.maybe_date, "31-12-2025", "bad-value", "write it as 2025-12-31"),
        (partial(Record.read, read=read_id), "kvk:12", "bad-id", "a KvK number has 8 digits"),
        (partial(Record.maybe_read, read=partial(mint, "kvk")), "12", "bad-id", "a KvK number has 8 digits"),
    ],
)
def test_a_bad_cell_is_named_with_its_cure(
    take: Callable[[Record, str], object], cell: str, code: str, said: str
) -> None:
    with pytest.raises(InputError, match=f"^needs.csv:17: column: .*{said}") as caught:
        take(row(column=cell), "column")
    assert the_fault(caught)[:4] == (Level.ERROR, code, "needs.csv:17", "column")


def test_a_missing_column_is_an_error_and_so_is_an_unknown_one() -> None:
    given = row(name="a", remarks="b", extra="c")
    with pytest.raises(InputError, match=r"^needs.csv:17: id: the column is missing$"):
        given.text("id")
    given.text("name")
    with pytest.raises(InputError, match=r"^needs.csv:17: extra: the column is not known$") as caught:
        given.close(ignore={"remarks"})
    assert the_fault(caught).code == "unknown-column"
    given.close(ignore={"remarks", "extra"})


def test_a_document_of_our_own_is_strict_too() -> None:
    given = Record({"people": "many", "rules": [1, "a"], "extra": 1}, "rules.json#")
    for take in (given.maybe_whole, given.maybe_wholes):
        with pytest.raises(InputError, match=r"^rules.json#/people: people: is a text: a .* is wanted$"):
            take("people")
    with pytest.raises(InputError, match=r"^rules.json#/rules/0: rules: is a whole number: a text is wanted$"):
        given.maybe_texts("rules")
    with pytest.raises(InputError, match=r"^rules.json#/rules: rules: says nothing$"):
        given.not_read("rules", "says nothing")
    with pytest.raises(InputError, match=r"^rules.json#/extra: extra: the key is not known$"):
        given.close()
