"""Nothing that others wrote moves, hides or turns what stands around it."""

from __future__ import annotations

import json

import pytest
from markupsafe import Markup

from depgraph.usecases.legible import legible, legible_json


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("evil\u202eVB tsoH", r"evil\u202eVB tsoH"),
        ("\x1b[2J\x9b1m\x07\r\t", r"\u001b[2J\u009b1m\u0007\u000d\u0009"),
        ("caf\udce9", r"caf\udce9"),
        ("a\u2066b\u2069\u200f\u2028", r"a\u2066b\u2069\u200f\u2028"),
    ],
)
def test_what_moves_or_turns_is_written_out(text: str, shown: str) -> None:
    assert legible(text) == shown


@pytest.mark.parametrize(
    "text", ["\u062d\u0648\u0633\u0628\u0629", "two\nlines", "\U0001f3f4\u200d\u2620\ufe0f", "\u0635\u200c", "\u05d0"]
)
def test_letters_of_every_script_and_emoji_stay(text: str) -> None:
    assert legible(text) == text


def test_what_is_marked_as_html_stays_so() -> None:
    for text in (Markup("<b>\n</b>"), Markup("<b>\u202e</b>")):
        assert isinstance(legible(text), Markup)


def test_json_says_the_same() -> None:
    told = {"name": "evil\u202eVB\x85", "text": 'a "quoted"\n\\u202e'}
    written = legible_json(json.dumps(told, ensure_ascii=False, indent=1))
    assert "\u202e" not in written
    assert "\x85" not in written
    assert json.loads(written) == told
