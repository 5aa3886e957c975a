"""Words that stand where a name should be, and name nobody."""

from __future__ import annotations

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
_SPREADSHEET: Final = "#n/a|#n/b|#null!|#ref!|#value!|#name?|#num!|#div/0!|#verw!|#waarde!|#naam?|#getal!|#deel/0!"
PLACEHOLDERS: Final = frozenset(f"{_NOT_GIVEN}|{_NOT_KNOWN}|{_MANY}|{_SPREADSHEET}".split("|"))
"""Keys of the words, in English, Dutch, French and German, and the errors of a spreadsheet."""


def is_placeholder(written: str) -> bool:
    """Say whether a text names nobody: one of `PLACEHOLDERS`, or signs without a letter or digit.

    Examples
    --------
    >>> [is_placeholder(text) for text in ("N/A", " Onbekend", "?", "--", "Host BV")]
    [True, True, True, True, False]

    """
    compared = key(written)
    return compared in PLACEHOLDERS or not any(map(str.isalnum, compared))
