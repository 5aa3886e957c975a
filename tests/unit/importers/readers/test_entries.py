"""One object of a JSON document: what is asked for raises with its pointer, what may be there is remarked on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError
from depgraph.model import Finding, Level
from importers.readers.documents import parse_document
from importers.readers.remarks import Remarks

if TYPE_CHECKING:
    from importers.readers.entries import Entry


@pytest.fixture
def remarks() -> Remarks:
    return Remarks()


def parsed(value: object, remarks: Remarks | None = None) -> Entry:
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
