"""JSON that comes with a request, in its body or in its query, is read in one way or refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from tests.unit.api.conftest import Ask

HALF = '{"all": 0.1, "\\ud800": 1}'
WRONG = {
    "a key twice": ('{"all": 0.1, "all": 0.2}', "the key 'all' stands twice"),
    "no number": ('{"all": NaN}', "NaN is no number"),
    "too large": ('{"all": 1e999}', "1e999 is too large for a number"),
    "digits": ('{"all": ' + "1" * 5_000 + "}", "digits"),
    "half a key": (HALF, "has half of a character"),
    "half a text": ('{"all": ["\\ud83d"]}', "has half of a character"),
    "51 levels": ('{"all": ' * 51 + "1" + "}" * 51, "nested too deeply"),
    "700 levels": ('{"all": ' * 700 + "1" + "}" * 700, "nested too deeply"),
    "no JSON": ('{"all": 0.1', "JSON"),
}


@pytest.mark.parametrize(("text", "told"), WRONG.values(), ids=WRONG)
def test_what_is_read_in_two_ways_or_not_at_all_is_a_bad_request(ask: Ask, text: str, told: str) -> None:
    body = ask("simulations", method="POST", content=f'{{"probabilities": {text}}}', headers=JSON)
    query = ask(f"simulations?trials=1&probabilities={quote(text)}")
    assert (body.status_code, query.status_code) == (400, 400)
    assert told in body.json()["detail"]
    assert told in query.json()["detail"]


JSON = {"Content-Type": "application/json"}
BODIES = {
    "a text within one": (b'{"names": ["\\ud800"]}', "has half of a character"),
    "another encoding": ('{"names": ["a"]}'.encode("utf-16"), "is not in UTF-8"),
    "a name twice": (b'{"names": ["a"], "names": ["b"]}', "the key 'names' stands twice"),
    "brackets": (b"[" * 500_000, "nested too deeply"),
    "nothing": (b"", "the body: Field required"),
}


@pytest.mark.parametrize(("body", "told"), BODIES.values(), ids=BODIES)
def test_so_is_such_a_body(ask: Ask, body: bytes, told: str) -> None:
    answer = ask("matches", method="POST", content=body, headers=JSON)
    assert (answer.status_code, told in answer.json()["detail"]) == (400, True), answer.text


def test_a_text_of_a_body_has_no_control_characters_as_one_of_a_query_has_none(ask: Ask) -> None:
    for path, body in (
        ("single-points-of-failure", {"sector": "a\r\nb"}),
        ("reports", {"kind": "auditor", "sector": "\0"}),
        ("blasts", {"id": ["Ede", "a\nb"]}),
    ):
        answer = ask(path, method="POST", json=body)
        assert (answer.status_code, "control characters" in answer.json()["detail"]) == (400, True), path


DEEP = {
    "names": ("matches", ["Ede", "a\nb"], ["#/names/1"]),
    "a name of an object": ("matches", [{"name": "Ede", "identifiers": ["kvk:1", "\0"]}], ["#/names/0/identifiers/1"]),
    "a scenario": ("outages", {"name": "x\ty", "fail": [{"id": "a\x7f"}], "a/b": "\r"}, ["#/scenario/name", "#/scenario/fail/0/id", "#/scenario/a~1b"]),
    "a key": ("simulations", {"all": 0.1, "a\nb": 0.1}, ["#/probabilities"]),
}  # fmt: skip


@pytest.mark.parametrize(("path", "given", "pointers"), DEEP.values(), ids=DEEP)
def test_nor_has_one_that_stands_deeper_in_a_body_or_in_a_query(
    ask: Ask, path: str, given: object, pointers: list[str]
) -> None:
    name = pointers[0].split("/")[1]
    for where, answer in (
        ("body", ask(path, method="POST", json={name: given})),
        ("query", ask(path, params={name: json.dumps(given)})),
    ):
        assert answer.status_code == 400
        assert [(one["in"], one["pointer"]) for one in answer.json()["errors"]] == [(where, one) for one in pointers]
        assert answer.json()["detail"].count("control characters: leave them out") == len(pointers)


def test_what_is_read_in_one_way_is_taken(ask: Ask) -> None:
    deep = '{"probabilities": {"all": 0.1, "node": {"\U0001f600": 0.5}}, "trials": 1}'
    assert "takes no jobs on" in ask("simulations", method="POST", content=deep, headers=JSON).json()["detail"]
