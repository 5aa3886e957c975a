"""Words that stand where a name or another value should be, and say nothing."""

from __future__ import annotations

import re
from typing import Final

from depgraph.ids import key

_NOT_GIVEN: Final = (
    "n/a|n.a.|n.a|na|not applicable|not available|n.v.t.|n.v.t|nvt|niet van toepassing|s.o.|sans objet|non applicable"
    "|entfällt|nicht zutreffend|k.a.|none|null|nil|nan|<na>|(null)|(none)|(empty)|(blank)|empty|blank|leeg|geen|aucun"
    "|aucune|keine|keiner"
)
_NOT_KNOWN: Final = (
    "unknown|unkn.|unk|not known|unspecified|onbekend|onbek.|niet bekend|inconnu|inconnue|unbekannt|tbd|t.b.d.|tba|tbc"
    "|to be determined|to be decided|to be confirmed|nog te bepalen|ntb|n.t.b.|à déterminer|noch offen"
)
_MANY: Final = (
    "various|several|multiple|misc|misc.|miscellaneous|other|others|divers|diverse|diversen|verschillende|meerdere"
    "|overig|overige|anders|plusieurs|autre|autres|verschiedene|mehrere|andere|sonstige"
)
_NOT_AVAILABLE: Final = "#n/a|#n/b|#nv"
"""How a spreadsheet says that there is no value, in English and French, in Dutch, and in German."""
PLACEHOLDERS: Final = frozenset(f"{_NOT_GIVEN}|{_NOT_KNOWN}|{_MANY}|{_NOT_AVAILABLE}".split("|"))
"""Keys of the words, in English, Dutch, French and German."""

_BROKEN: Final = (
    "#null!|#ref!|#value!|#name?|#num!|#div/0!|#spill!|#calc!|#field!|#getting_data"
    "|#leeg!|#verw!|#waarde!|#naam?|#getal!|#deel/0!|#nul!|#valeur!|#nom?|#nombre!|#bezug!|#wert!|#zahl!"
)
"""The errors that a spreadsheet leaves where a calculation went wrong."""
_BROKEN_CODE: Final = re.compile(r"err:[0-9]{3}", re.ASCII)
_ERRORS: Final = frozenset(f"{_BROKEN}|{_NOT_AVAILABLE}".split("|"))


def is_placeholder(written: str) -> bool:
    """Say whether a text names nobody: one of `PLACEHOLDERS`, or signs without a letter or digit.

    Examples
    --------
    >>> [is_placeholder(text) for text in ("N/A", " Onbekend", "?", "--", "#N/A", "Host BV")]
    [True, True, True, True, True, False]

    """
    compared = key(written)
    return compared in PLACEHOLDERS or not any(map(str.isalnum, compared))


def is_sheet_error(written: str) -> bool:
    """Say whether a text is what a spreadsheet shows, and saves as text, where it has no value to show.

    Examples
    --------
    >>> [is_sheet_error(text) for text in ("#REF!", "#N/A", "Err:502", "N/A", "#1 Hosting")]
    [True, True, True, False, False]

    """
    begin = written.lstrip()[:4]
    if begin[:1] != "#" and begin.lower() != "err:":
        return False
    compared = key(written)
    return compared in _ERRORS or bool(_BROKEN_CODE.fullmatch(compared))
