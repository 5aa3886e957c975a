"""Words that run from right to left, kept apart from what stands beside them: a name moves no figure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTER: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
"""Blocks of Unicode that are written from right to left: Hebrew, Arabic, Syriac and others."""

_CUT: Final = "\N{HORIZONTAL ELLIPSIS}"
"""Stands where a name goes on."""

_WORDS: Final = re.compile(rf"[{_LETTER}](?:[{_LETTER}\s.\-]*[{_LETTER}])?{_CUT}?")
"""Such words in a row, with what may stand between words of one name; no digits: they are of a figure as well."""

_TEXT: Final = re.compile(r"(<([a-z0-9]*)[^>]*>)([^<]+)")
"""A tag, its name and the text behind it."""

_PLAIN: Final = frozenset({"title", "desc", "text", "tspan", "style", "script"})
"""What holds text alone, where an element would be read as text or not be drawn."""

_DRAWN: Final = frozenset({"text", "tspan"})
"""What holds the text of a drawing."""

OPENS, CLOSES = "<bdi>", "</bdi>"
"""The element of HTML for text that is laid out by itself."""

LEFT: Final = "\N{RIGHT-TO-LEFT MARK}"
"""Is not seen; what stands between it and a letter from right to left runs to the left, too."""


def isolated(page: str) -> str:
    r"""Return a page whose words from right to left are laid out by themselves.

    By the bidirectional algorithm a number behind such a word is drawn before it, so that the figure of one name is
    read as that of another, or an interval by its wrong end. In a drawing, where nothing can be laid out by itself,
    what says that a name goes on is put where that ends for whoever reads it, on its left.

    Parameters
    ----------
    page : str
        HTML, in which ``<`` and ``>`` of texts and of attributes are escaped.

    References
    ----------
    Unicode Standard Annex 9, section 2.7. (Isolates, and the markup for them.)

    Examples
    --------
    >>> print(isolated("<p>\u05d0\u05d1 24: 33 to 66</p>").encode("ascii", "namereplace").decode())
    <p><bdi>\N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET}</bdi> 24: 33 to 66</p>

    """
    return _TEXT.sub(_apart, page) if _WORDS.search(page) else page


def _apart(found: re.Match[str]) -> str:
    tag, name, text = found.groups()
    if name in _DRAWN and text.endswith(_CUT) and _runs_left(text):
        return found[0] + LEFT
    return found[0] if name in _PLAIN else tag + _WORDS.sub(rf"{OPENS}\g<0>{CLOSES}", text)


def _runs_left(text: str) -> bool:
    """Whether the last letter of a text runs from right to left."""
    classes = (unicodedata.bidirectional(one) for one in reversed(text))
    return next((each != "L" for each in classes if each in {"L", "R", "AL"}), False)


def joined(page: str) -> str:
    """Return a page without what keeps words apart: each text in one piece, as it was written."""
    return page.replace(OPENS, "").replace(CLOSES, "").replace(LEFT, "")
