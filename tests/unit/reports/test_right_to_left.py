"""Text from right to left in drawings: in the order and the shapes in which it is drawn, worked out by hand."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from depgraph.reports.right_to_left import as_drawn, visual

FONTS = [
    frozenset(TTFont(Path(str(files("depgraph.reports") / "fonts" / name))).getBestCmap())
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
]
KNOWN = FONTS[0] & FONTS[1]

DRAWN = {
    # beh noon kaf: joined in the middle; drawn from the left: kaf at the end, noon in the middle, beh at the start.
    "\u0628\u0646\u0643": "\ufeda\ufee8\ufe91",
    # sheen and reh join, reh and kaf do not; kaf and teh marbuta join: sheen starts, reh ends, kaf starts, teh ends.
    "\u0634\u0631\u0643\u0629": "\ufe94\ufedb\ufeae\ufeb7",
    # lam before alef is one shape, alone or at the end of what joins: beh lam alef.
    "\u0644\u0627": "\ufefb",
    "\u0628\u0644\u0627": "\ufefc\ufe91",
    # ain beh dal | alef | lam lam heh: the name of God in it has no shape of its own in our fonts.
    "\u0639\u0628\u062f\u0627\u0644\u0644\u0647": "\ufeea\ufee0\ufedf\ufe8d\ufeaa\ufe92\ufecb",
    # Hebrew joins nothing; its final letters are letters of their own.
    "\u05d1\u05d9\u05ea \u05d7\u05d5\u05dc\u05d9\u05dd": "\u05dd\u05d9\u05dc\u05d5\u05d7 \u05ea\u05d9\u05d1",
    # Latin and digits stay in their order, brackets about what runs to the left are turned with it.
    "\u0628\u0646\u0643 ABC 24 (\u0628\u0646\u0643)": "\ufeda\ufee8\ufe91 ABC 24 (\ufeda\ufee8\ufe91)",
    "Bank \u05d1\u05d9\u05ea (12) \u05d7\u05d5\u05dc": "Bank \u05dc\u05d5\u05d7 (12) \u05ea\u05d9\u05d1",
    # Also at the end of a name, and before Latin letters: what is between brackets decides (rule N0).
    "\u0628\u0646\u0643 (\u05d1\u05d9)": "(\u05d9\u05d1) \ufeda\ufee8\ufe91",
    "\u05d1\u05d9 [\u05d9] AB": "[\u05d9] \u05d9\u05d1 AB",
    # What is no bracket, and points, is turned where letters on both sides run to the left.
    "\u05d1<\u05d9": "\u05d9>\u05d1",
    # U+2215 points, and the fonts lack what points the other way.
    "\u05d1\u2215\u05d9": "\u05d9\u2215\u05d1",
    # Numbers among such letters are read from the left, and stand to the left of what is before them.
    "\u05d1\u05d9\u05ea 12": "12 \u05ea\u05d9\u05d1",
    # What says that a name goes on stands where it ends for whoever reads it, and its mark is not drawn.
    "\u05d1\u05d9\u05ea\u2026\u200f": "\u2026\u05ea\u05d9\u05d1",
    "Bank \u05d1\u05d9 12\u2026\u200f": "Bank \u202612 \u05d9\u05d1",
    "\u05d1\u05d9 Bank\u2026": "\u05d9\u05d1 Bank\u2026",
    # Points are left out: meem, damma, hah, fatha, meem, fatha, shadda, dal; shin, qamats, shin dot.
    "\u0645\u064f\u062d\u064e\u0645\u064e\u0651\u062f": "\ufeaa\ufee4\ufea4\ufee3",
    "\u05e9\u05b8\u05c1": "\u05e9",
    # Hamza above yeh is a letter, however it is written.
    "\u064a\u0654\u0627": "\ufe8e\ufe8b",
    # A shape that the fonts lack (heh with yeh above, alone: U+FBA4) is the letter that they have.
    "\u06c0": "\u06d5",
}


@pytest.mark.parametrize("text", DRAWN)
def test_text_is_drawn_from_the_right_and_joined(text: str) -> None:
    drawn = visual(text, KNOWN)
    assert ascii(drawn) == ascii(DRAWN[text])
    assert {ord(one) for one in drawn} <= KNOWN, "no glyph is missing, bold or not"


def test_every_shape_of_every_letter_is_in_both_fonts_or_is_the_letter() -> None:
    """Two letters each, of all that the fonts have of Arabic and Hebrew: what is drawn has a glyph in both."""
    letters = [chr(at) for at in range(0x590, 0x700) if at in KNOWN]
    assert len(letters) > 150
    drawn = visual(" ".join(first + second for first in letters for second in letters), KNOWN)
    assert {ord(one) for one in drawn} <= KNOWN


def test_only_what_a_drawing_draws_is_rewritten() -> None:
    arabic, shapes = "\u0628\u0646\u0643", "\ufeda\ufee8\ufe91"
    page = (
        f"<p>{arabic}</p><svg><title>{arabic}</title><desc>{arabic} &amp; so</desc>"
        "<text x='1'>{}</text><text>A <tspan x='2'>{}</tspan>{}</text></svg>"
        f"<figcaption title='{arabic}'>{arabic}</figcaption><td>{arabic}</td>"
    )
    assert as_drawn(page.format(arabic, f"&lt;{arabic}&gt; &amp;", f" {arabic}"), KNOWN) == page.format(
        shapes, f"&lt;{shapes}&gt; &amp;", f" {shapes}"
    )


def test_a_page_from_left_to_right_is_the_same_to_the_byte() -> None:
    page = "<svg><text x='1'>&#34;A&#34; &amp; e\u0301 \u2026 \u0395\u03bb 12 % (\U0001f600)</text><text> </text></svg>"
    assert as_drawn(page, KNOWN) == page
