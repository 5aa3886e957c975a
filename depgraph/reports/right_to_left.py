"""Text of a drawing in the order and the shapes in which it is drawn: right to left, and Arabic letters joined."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from bidi import get_display
from bidi.mirror import MIRRORED

from depgraph.reports.isolating import LEFT

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from arabic_reshaper import ArabicReshaper

_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
"""Bidirectional classes of letters that are written from right to left, and of digits that stand among them."""

_DRAWN: Final = re.compile(r"(<(?:text|tspan)\b[^>]*>|</tspan>)([^<]+)")
"""What stands in a drawing as text: not its title or description, which are read and not drawn."""

_TURNED: Final = f"[{re.escape(''.join(MIRRORED))}]"
"""What opens and closes, and other signs that point: each has one that points the other way."""

_MARK: Final = "\N{COMBINING GRAPHEME JOINER}"
"""A mark that is not seen: it is put behind such a sign, and ordered with it."""


def as_drawn(page: str, known: AbstractSet[int]) -> str:
    """Return a page in which the text of SVG drawings that runs from right to left stands as it is drawn.

    This is for what draws the characters of a text one by one from left to right, as WeasyPrint does in SVG. All
    else on the page is as it was.

    Parameters
    ----------
    page : str
        HTML.
    known : AbstractSet[int]
        The characters that its fonts have.

    """
    return _DRAWN.sub(lambda found: found[1] + _rewritten(found[2], known), page)


def _rewritten(written: str, known: AbstractSet[int]) -> str:
    text = unescape(written)
    if not any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in text):
        return written
    return escape(visual(text, known), quote=False)


def visual(text: str, known: AbstractSet[int]) -> str:
    """Return a text in the order in which it is drawn, its Arabic letters in the shapes that they have there.

    The text as a whole runs from left to right, as in the same drawing in HTML (Unicode Standard Annex 9 with a
    paragraph level of 0). Points of Arabic and Hebrew (vowels and the like) are left out: drawn alone, each would be
    on a dotted circle of its own. A shape that no font has is drawn as the letter alone.

    Parameters
    ----------
    text : str
        One line, as it is stored.
    known : AbstractSet[int]
        The characters that the fonts have.

    Examples
    --------
    >>> [f"{ord(one):04X}" for one in visual("بنك 7", frozenset(range(0x10000)))]
    ['0037', '0020', 'FEDA', 'FEE8', 'FE91']

    """
    joined = _reshaper().reshape(unicodedata.normalize("NFC", text))
    shaped = (one if one in text or ord(one) in known else unicodedata.normalize("NFKD", one) for one in joined)
    return _ordered("".join(one for one in "".join(shaped) if not _is_point(one)), known)


def _is_point(one: str) -> bool:
    return unicodedata.category(one) == "Mn" and unicodedata.name(one, "").startswith(("ARABIC ", "HEBREW "))


def _ordered(text: str, known: AbstractSet[int]) -> str:
    """Return a text in the order in which it is drawn, with what opens and closes turned where it runs to the left.

    The library orders, and turns nothing (rule L4). A mark that was put behind a bracket is before it where text runs
    to the left, and behind it elsewhere.
    """

    def placed(found: re.Match[str]) -> str:
        if found["on"]:
            return found["on"]
        other = MIRRORED[found["back"]]
        return other if ord(other) in known else found["back"]

    marked = re.sub(_TURNED, rf"\g<0>{_MARK}", text.replace(_MARK, ""))
    ordered = str(get_display(marked, base_dir="L")).replace(LEFT, "")
    return re.sub(rf"(?P<on>{_TURNED}){_MARK}|{_MARK}(?P<back>{_TURNED})", placed, ordered)


@cache
def _reshaper() -> ArabicReshaper:
    """Return what joins Arabic letters, with each setting said, so that none is taken from the machine.

    The name of God is no shape of its own: our fonts lack it, and its letters join as others do.
    """
    from arabic_reshaper import ArabicReshaper  # noqa: PLC0415 - few pages need it
    from arabic_reshaper.reshaper_config import default_config  # noqa: PLC0415

    return ArabicReshaper(configuration=default_config | {"ARABIC LIGATURE ALLAH": False})
