"""Method pages in short, as plain text: what a measure is, and what it does not say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from depgraph.usecases.questions.methods import Method

_LIMITS: Final = re.compile(r"^What this does not say: .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
_MATH: Final = re.compile(r":math:`([^`]+)`")
_ROOT: Final = re.compile(r"\\sqrt\{([^{}]*)\}")
_FRACTION: Final = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_INDEX: Final = re.compile(r"([_^])\{([^{}]*)\}")
_SIGNS: Final = {
    r"\,": " ",
    r"\;": " ",
    r"\quad": "  ",
    r"\cdot": "·",
    r"\le": "≤",
    r"\ge": "≥",
    r"\ne": "≠",
    r"\in": "∈",
    r"\sum": "Σ",
    r"\prod": "Π",
    r"\max": "max",
    r"\min": "min",
    r"\log": "log",
    r"\ln": "ln",
}
"""What stands for a sign of a formula in a line of text."""

_SIGN: Final = re.compile(r"\\(?:[a-z]+|[,;])")


def in_short(method: Method) -> str:
    """Return a measure in a few sentences without markup: its summary, and its limits as its page tells them."""
    limits = _LIMITS.search(method.text)
    return readable(f"{method.summary} {limits[0] if limits else ''}")


def readable(text: str) -> str:
    r"""Return text of a docstring without its markup, formulas as they can be written in a line.

    Examples
    --------
    >>> readable(r"about :math:`\sqrt{P (1 - P) / T}`, as ``b`` and `units` say")
    'about √(P (1 - P) / T), as b and units say'

    """
    plain = _MATH.sub(lambda found: _formula(found[1]), text)
    return " ".join(plain.replace("`", "").split())


def _formula(written: str) -> str:
    line = _INDEX.sub(r"\1\2", _FRACTION.sub(r"(\1) / (\2)", _ROOT.sub(r"√(\1)", written)))
    return _SIGN.sub(lambda found: _SIGNS.get(found[0], found[0]), line)
