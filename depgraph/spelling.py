"""Spellings of one text: as it is shown, as it is compared, and as it is searched."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BLOCK: Final = 4_096
"""How many texts are spelled together: if any of them is not plain, each of them is by itself."""


def text(value: str) -> str:
    """Return `value` as it is shown: in Unicode NFC with white space collapsed and trimmed."""
    if value.isascii() and "  " not in value and value.isprintable():
        return value.strip()
    return " ".join(unicodedata.normalize("NFC", value).split())


_INVISIBLE: Final = (
    *((0x00, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F)),  # controls that are no white space (Cc)
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    *((0x115F, 0x1160), (0x3164, 0x3164), (0xFFA0, 0xFFA0)),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors and vowel separator
    (0x200B, 0x200F),  # zero-width space, non-joiner, joiner; left-to-right and right-to-left marks
    (0x202A, 0x202E),  # bidirectional embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, bidirectional isolates, deprecated formats
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # byte order mark, zero-width no-break space
    (0xFFF0, 0xFFFB),  # reserved, and interlinear annotation
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D173, 0x1D17A),  # musical format controls
    (0xE0000, 0xE0FFF),  # language tags, variation selectors supplement
)
"""What leaves no mark: Default_Ignorable_Code_Point (Unicode 15, DerivedCoreProperties), controls, annotation.

Format characters (Cf) that are seen, such as the Arabic number signs, are not among them.
"""

_SINGLE: Final = "\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u02b9\u02bb\u02bc\u02bd\u00b4\uff07"
_DOUBLE: Final = "\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u02ba\u301d\u301e\u301f\uff02"
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_BLANKS: Final = "\u2800"
"""The braille blank: a sign, and yet nothing to see. All other blanks are white space to Python as well."""

_PLAIN: Final[dict[int, str | None]] = {
    **{code: None for first, last in _INVISIBLE for code in range(first, last + 1)},
    **{ord(quote): "'" for quote in _SINGLE},
    **{ord(quote): '"' for quote in _DOUBLE},
    **{ord(dash): "-" for dash in _DASHES},
    **{ord(blank): " " for blank in _BLANKS},
}


def fold(value: str) -> str:
    r"""Return `value` as it is searched: without case, diacritics and invisible characters.

    Examples
    --------
    >>> fold("Élan  ÉCOLE")
    'elan  ecole'
    >>> fold("Ho\u00adst\u2011BV")
    'host-bv'

    """
    if value.isascii() and value.isprintable():
        return value.lower()
    decomposed = unicodedata.normalize("NFKD", value.translate(_PLAIN).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def key(value: str) -> str:
    r"""Return `value` as it is compared: two spellings with one key are one name.

    Unicode NFC and full case folding (so that ``ß`` is ``ss`` and the ligature ``ﬁ`` is
    ``fi``); white space trimmed and collapsed to one blank, but never removed; invisible
    characters out; quotes and dashes made plain. Diacritics, dots and all other
    punctuation stay: what differs in these differs.

    *Invisible* are the default ignorable code points of Unicode (soft hyphen, zero-width
    characters and byte order mark, bidirectional controls, variation selectors, fillers,
    tags), the controls (Cc) that are no white space, and interlinear annotation.

    Notes
    -----
    The key of a key is the key itself. Joiners (U+200C, U+200D) go too, though a few
    words of Persian and Indic scripts differ in nothing else.

    References
    ----------
    The Unicode Standard 15.0, section 3.13, default caseless matching (D145), and
    section 5.21, default ignorable code points.

    Examples
    --------
    >>> key("Centric  Netherlands B.V. ")
    'centric netherlands b.v.'
    >>> key("Host\u200b BV\ufeff") == key("HOST\u00a0bv") != key("HostBV")
    True
    >>> key("l\u2019École \u2013 Straße") == key("L'E\u0301COLE - STRASSE")
    True

    """
    if value.isascii() and value.isprintable():
        lower = value.lower().strip()
        return lower if "  " not in lower else " ".join(lower.split())
    decomposed = unicodedata.normalize("NFD", value.translate(_PLAIN))
    # Once more, since composing brings a quote to light (U+1FFD is the acute accent).
    folded = unicodedata.normalize("NFC", decomposed.casefold()).translate(_PLAIN)
    return " ".join(folded.split())


def folds(values: Sequence[str]) -> list[str]:
    """Return what `fold` does of each value: of plain ones, which most are, in a third of the time."""
    return _each(values, fold, lambda _: True)


def keys(values: Sequence[str]) -> list[str]:
    """Return the `key` of each value: of plain ones, which most are, in a third of the time."""
    return _each(values, key, _is_trimmed)


def _each(values: Sequence[str], of: Callable[[str], str], is_kept: Callable[[str], bool]) -> list[str]:
    """Return `of` each value: plain ones whose lines are kept as they are, but for their case, all at once."""
    folded: list[str] = []
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        whole = "\n".join(block)
        plain = whole.isascii() and whole.count("\n") == len(block) - 1 and whole.replace("\n", "").isprintable()
        folded += whole.lower().split("\n") if plain and is_kept(whole) else map(of, block)
    return folded


def _is_trimmed(lines: str) -> bool:
    """Say whether no line has a blank too many."""
    return not any(blanks in f"\n{lines}\n" for blanks in ("  ", "\n ", " \n"))
