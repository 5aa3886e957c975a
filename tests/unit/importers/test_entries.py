"""One object of a JSON document: each value by its type, each fault with its pointer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError
from importers.documents import parse_document

if TYPE_CHECKING:
    from depgraph.model import Finding
    from importers.entries import Entry


def parsed(value: object) -> Entry:
    return parse_document(json.dumps(value).encode(), "data.json")


def the_fault(caught: pytest.ExceptionInfo[InputError]) -> Finding:
    (finding,) = caught.value.findings
    return finding


def test_every_type_is_read_as_itself() -> None:
    entry = parsed(
        {
            "name": " Gemeente \n Ede ",
            "people": 120_000,
            "since": "2025-12-31T08:00:00Z",
            "models": ["SaaS", "PaaS"],
        }
    )
    assert entry.text("name") == "Gemeente Ede"
    assert entry.whole("people") == 120_000
    assert entry.date("since") == "2025-12-31"
    assert entry.texts("models") == ("SaaS", "PaaS")
    entry.close()


def test_maybe_takes_nothing_for_absent_null_and_blank() -> None:
    entry = parsed({"null": None, "blank": "  "})
    for key in ("null", "blank", "absent"):
        assert entry.maybe_text(key) == ""
        assert entry.maybe_texts(key) == ()
        assert entry.maybe_whole(key) is None
        assert entry.maybe_item(key) is None
    entry.close()


def test_pointers_lead_to_the_value() -> None:
    entry = parsed({"data": {"Products": [{"name": "a"}, {"a/b~c": [1, "x"]}]}})
    first, second = entry.item("data").items("Products")
    assert first.record == "data.json#/data/Products/0"
    with pytest.raises(InputError) as caught:
        second.texts("a/b~c")
    assert the_fault(caught).record == "data.json#/data/Products/1/a~1b~0c/0"
    assert the_fault(caught).field == "a/b~c"
    assert the_fault(caught).message == "is a whole number: a text is wanted"


def test_members_are_objects_whose_keys_are_data() -> None:
    entry = parsed({"GM/0014": {"name": "Groningen"}, "GM0034": {"name": "Almere"}})
    found = [(key, member.text("name"), member.record) for key, member in entry.members()]
    assert found == [
        ("GM/0014", "Groningen", "data.json#/GM~10014"),
        ("GM0034", "Almere", "data.json#/GM0034"),
    ]
    entry.close()


@pytest.mark.parametrize(
    ("take", "value", "said"),
    [
        ("text", 1, "is a whole number: a text is wanted"),
        ("text", None, "is null: a text is wanted"),
        ("text", " ", "is empty"),
        ("text", "a\x00b", r"U\+0000"),
        ("text", "\ud800", r"U\+D800"),
        ("maybe_text", ["a"], "is a list: a text is wanted"),
        ("whole", "1", "is a text: a whole number is wanted"),
        ("whole", 1.5, "is a number: a whole number is wanted"),
        ("whole", True, "is true or false: a whole number is wanted"),
        ("maybe_whole", 1.0, "is a number"),
        ("date", "31-12-2025", "write it as 2025-12-31"),
        ("date", "2025-02-30", "is not a day of the calendar"),
        ("texts", "a", "is a text: a list is wanted"),
        ("texts", ["a", ""], "is empty"),
        ("item", [], "is a list: an object is wanted"),
        ("items", {}, "is an object: a list is wanted"),
        ("items", [1], "is a whole number: an object is wanted"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(take: str, value: object, said: str) -> None:
    entry = parsed({"key": value})
    with pytest.raises(InputError, match=said) as caught:
        list(getattr(entry, take)("key"))
    assert the_fault(caught).field == "key"
    assert the_fault(caught).record.startswith("data.json#/key")


def test_a_missing_key_is_an_error_and_so_is_an_unknown_one() -> None:
    entry = parsed({"name": "a", "extra": 1, "note": 2})
    with pytest.raises(InputError, match=r"data.json#: id: the key is missing"):
        entry.text("id")
    entry.text("name")
    with pytest.raises(InputError, match=r"data.json#/extra: extra: the key is not known"):
        entry.close(ignore={"note"})
    entry.close(ignore={"note", "extra"})


def test_lists_may_have_blanks_and_whole_numbers() -> None:
    entry = parsed({"functions": ["", " Media  law "], "networks": [8075, 1136], "wrong": [1, True]})
    assert entry.filled_texts("functions") == ("Media law",)
    assert entry.wholes("networks") == (8075, 1136)
    with pytest.raises(InputError) as caught:
        entry.wholes("wrong")
    assert the_fault(caught).record == "data.json#/wrong/1"
