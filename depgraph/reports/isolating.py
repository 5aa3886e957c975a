"""Words that run from right to left, kept apart from what stands beside them: a name moves no figure."""

from __future__ import annotations

import re
from typing import Final

_LETTER: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
"""Blocks of Unicode that are written from right to left: Hebrew, Arabic, Syriac and others."""

_WORDS: Final = re.compile(rf"[{_LETTER}](?:[{_LETTER}\s.\-]*[{_LETTER}])?")
"""Such words in a row, with what may stand between words of one name; no digits: they are of a figure as well."""

_TEXT: Final = re.compile(r"(<([a-z0-9]*)[^>]*>)([^<]+)")
"""A tag, its name and the text behind it."""

_PLAIN: Final = frozenset({"title", "desc", "text", "tspan", "style", "script"})
"""What holds text alone, where an element would be read as text or not be drawn."""

OPENS, CLOSES = "<bdi>", "</bdi>"
"""The element of HTML for text that is laid out by itself."""


def isolated(page: str) -> str:
    r"""Return a page whose words from right to left are laid out by themselves.

    By the bidirectional algorithm a number behind such a word is drawn before it, so that the figure of one name is
    read as that of another, or an interval by its wrong end.

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
    return found[0] if name in _PLAIN else tag + _WORDS.sub(rf"{OPENS}\g<0>{CLOSES}", text)


def joined(page: str) -> str:
    """Return a page without what keeps words apart: each text in one piece, as it was written."""
    return page.replace(OPENS, "").replace(CLOSES, "")
