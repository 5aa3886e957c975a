"""Text of others as it may stand on a terminal or a page: nothing in it moves, hides or turns what is around it."""

from __future__ import annotations

import re
from typing import Final

_MOVES: Final = re.compile(
    "["
    "\x00-\x09\x0b-\x1f\x7f-\x9f"  # control characters (C0 but the line feed, and C1): ECMA-48
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # marks, embeddings and overrides of the bidirectional algorithm
    "\u2028\u2029\ufff9-\ufffb"  # separators of lines and paragraphs, anchors of annotations
    "\ud800-\udfff"  # halves of a surrogate pair: no characters, and no encoding has them
    "]"
)


def legible(text: str) -> str:
    r"""Return `text` with each character that would move, hide or turn others written as ``\uXXXX``.

    These are control characters but the line feed, the controls of the bidirectional algorithm,
    separators of lines, and lone surrogates. Letters of every script, emoji and their joiners
    stay as they are.

    References
    ----------
    Unicode Technical Report 36, Unicode Security Considerations, section 2.5. (Bidirectional text spoofing.)
    Boucher, N. & Anderson, R. (2023). Trojan Source: Invisible Vulnerabilities. USENIX Security.

    Examples
    --------
    >>> print(legible("evil\u202eVB tsoH"))
    evil\u202eVB tsoH
    >>> legible("école 🏴")
    'école 🏴'

    """
    if text.isprintable() or not _MOVES.search(text):
        return text
    # What is marked as safe HTML stays so: a template would escape it otherwise.
    return type(text)(_MOVES.sub(_written, text))


def legible_json(text: str) -> str:
    """Return JSON that says the same, with such characters escaped: they can only stand in its strings."""
    return _MOVES.sub(_written, text)


def is_control(character: str) -> bool:
    """Whether it is a control character, also a line feed, or half a surrogate pair."""
    return character == "\n" or character < " " or "\x7f" <= character <= "\x9f" or "\ud800" <= character <= "\udfff"


def _written(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
