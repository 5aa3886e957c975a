"""The reader of JSON: each value by its type, each fault with its pointer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError, MissingPathError
from importers.documents import parse_document, read_document, read_entries

if TYPE_CHECKING:
    from pathlib import Path

    from depgraph.model import Finding
    from importers.documents import Entry


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
            "share": 0.5,
            "public": True,
            "since": "2025-12-31T08:00:00Z",
            "kvk": "1234 5678",
            "owner": "lei:5493",
            "models": ["SaaS", "PaaS"],
        }
    )
    assert entry.text("name") == "Gemeente Ede"
    assert entry.whole("people") == 120_000
    assert entry.number("people") == 120_000.0
    assert entry.number("share") == 0.5
    assert entry.flag("public") is True
    assert entry.date("since") == "2025-12-31"
    assert entry.mint("kvk", "kvk") == "kvk:12345678"
    assert entry.texts("models") == ("SaaS", "PaaS")
    with pytest.raises(InputError, match=r"data.json#/owner: owner: .*an LEI has 18 letters"):
        entry.id("owner")
    entry.close()


def test_maybe_takes_nothing_for_absent_null_and_blank() -> None:
    entry = parsed({"null": None, "blank": "  "})
    for key in ("null", "blank", "absent"):
        assert entry.maybe_text(key) == ""
        assert entry.maybe_date(key) is None
        assert entry.maybe_texts(key) == ()
        assert entry.maybe_whole(key) is None
        assert entry.maybe_number(key) is None
        assert entry.maybe_item(key) is None
        assert list(entry.maybe_items(key)) == []
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
        ("number", "0,5", "is a text: a number is wanted"),
        ("flag", 1, "is a whole number: true or false is wanted"),
        ("date", "31-12-2025", "write it as 2025-12-31"),
        ("date", "2025-02-30", "is not a day of the calendar"),
        ("id", "lie:x", "unknown scheme 'lie'"),
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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "^data.json: is empty"),
        (b" \n", "^data.json: is empty"),
        (b'{"a": [1, 2', r"^data.json:1: column 12: not JSON: .* the file seems cut off"),
        (b'{"a": "cut', "^data.json:1: column 7: .*cut off"),
        (b'{\n"a": tru\n, "b": 1}', "^data.json:2: column 6: not JSON: expecting value$"),
        (b'{"a": 1, "b": {"x": 1}, "c": [{"k": 1, "j": 2, "k": 3}]}', "^data.json#/c/0: k: the key stands twice"),
        (b'{"a": NaN}', "NaN is not a number that JSON allows"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b'{"a": 1e999}', "'1e999' is too large"),
        (b"[1]", "^data.json#: is a list: an object is wanted"),
        (b'"text"', "is a text: an object is wanted"),
        (b'\xff\xfe{\x00"\x00', "^data.json:1: is UTF-16, not UTF-8"),
        (b'{"a": 1,\n"b": "caf\xe9"}', "^data.json:2: the byte 0xE9 is not UTF-8"),
        (b'{"a":\n\x00 1}', "^data.json:2: has a NUL byte"),
        (b'{"a":' + b"[" * 200_000, "nested too deeply|cut off"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "Exceeds the limit"),
    ],
)
def test_a_document_that_cannot_be_read_says_where(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        parse_document(content, "data.json")
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_and_crlf_are_good(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_bytes(b'\xef\xbb\xbf{"a":\r\n "x"}\r\n')
    entry = read_document(path)
    assert entry.text("a") == "x"
    assert entry.record == "data.json#"


def test_a_document_above_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_bytes(b'{"a": "' + b"x" * (1 << 20) + b'"}')
    assert read_document(path).text("a").startswith("x")
    with pytest.raises(InputError, match=r"data.json: is larger than 1 MiB, the most that is read"):
        read_document(path, limit=1 << 20)


def test_a_missing_path_and_a_folder_are_errors_of_usage(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(MissingPathError, match="is not a file"):
            read_document(path)


def test_lists_may_have_blanks_and_whole_numbers() -> None:
    entry = parsed({"functions": ["", " Media  law "], "networks": [8075, 1136], "wrong": [1, True]})
    assert entry.filled_texts("functions") == ("Media law",)
    assert entry.wholes("networks") == (8075, 1136)
    with pytest.raises(InputError) as caught:
        entry.wholes("wrong")
    assert the_fault(caught).record == "data.json#/wrong/1"


def test_a_document_may_be_a_list_of_objects(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"name": "a"}, {"name": "b"}]', encoding="utf-8")
    found = read_entries(path)
    assert [entry.text("name") for entry in found] == ["a", "b"]
    assert [entry.record for entry in found] == ["rows.json#/0", "rows.json#/1"]
    path.write_text('[{"name": "a"}, 7]', encoding="utf-8")
    with pytest.raises(InputError, match=r"rows\.json#/1: is a whole number: an object is wanted"):
        read_entries(path)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="a list is wanted"):
        read_entries(path)
