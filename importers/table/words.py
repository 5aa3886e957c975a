"""Words of four languages: what headers are called, and what cells hold in place of a value.

They stand in ``words.csv`` beside this module: Dutch, French, English and German, from general use in
contract registers, lists of applications and procurement. A word there may only say more, so that
whoever misses one adds it to its row.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from depgraph.ids import key
from importers.readers.placeholders import is_placeholder

_PARTING: Final = re.compile(r"[\s_\-./\\:;()\[\]*#'\"|,+&°]+")

_CAMEL: Final = re.compile("(?<=[a-z])(?=[A-Z])", re.ASCII)
_LONG: Final = 100
"""Characters that the name of a column rarely has: more are an explanation."""

_PLAIN: Final = ("provider", "dependent", "function", "requirement", "service_type")
"""What many headers speak of besides what they are: ``Country of supplier`` is no supplier."""

_CELLS: Final = (
    "unknown",
    "open end",
    "active",
    "total",
    "note",
    "year",
    "month",
    "thousands",
    "millions",
    "month name",
    "month short",
)

IDENTIFIERS: Final = ("kvk", "kbo", "rcs", "lei", "vat", "euid")
_WHOSE: Final = frozenset(f"provider_{scheme}" for scheme in IDENTIFIERS) | {"provider_country"}


@lru_cache(maxsize=1 << 16)
def plain(written: str) -> str:
    """Return a text as words are compared: folded, and signs between words as blanks.

    Examples
    --------
    >>> plain("Naam_leverancier (huidig)*"), plain("N° d'entreprise")
    ('naam leverancier huidig', 'n d entreprise')

    """
    return _PARTING.sub(" ", key(written)).strip()


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Return use -> its words in all languages, each as it is compared."""
    written = (resources.files("importers.table") / "words.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, None]] = {}
    for row in csv.DictReader(written.splitlines()):
        kept = found.setdefault(row["use"], {})
        kept.update(dict.fromkeys(plain(word) for word in row["words"].split("|")))
    return {use: tuple(words) for use, words in found.items()}


@cache
def _headers() -> dict[str, tuple[str, ...]]:
    """Return word of a header -> what it may mean."""
    found: dict[str, tuple[str, ...]] = {}
    for use, words in _table().items():
        if use not in _CELLS:
            for word in words:
                found[word] = (*found.get(word, ()), use)
    return found


def means(header: str) -> str:
    """Return what a column of this name is, empty if no word of it is known.

    What says more than who or what is meant goes first: the country of a supplier is a country.

    Examples
    --------
    >>> means("Leverancier"), means("Land leverancier"), means("Vertragsende"), means("Contactpersoon leverancier")
    ('provider', 'provider_country', 'valid_to', 'person')
    >>> means("KvK-nummer afnemer"), means("Kleur")
    ('dependent_kvk', '')

    """
    candidates: list[tuple[bool, int, str]] = []
    if len(header) > _LONG:
        return ""
    compared = plain(header)
    for word in _phrases(compared):
        candidates += [(use not in _PLAIN, len(word), use) for use in _headers().get(word, ())]
    if not candidates:
        # Exports of programs write vendorName.
        apart = _CAMEL.sub(" ", header)
        return means(apart) if apart != header else ""
    exact = [use for use in _headers().get(compared, ()) if use]
    if exact:
        return exact[0]
    # A remark about anything is a remark, but "number" in a header of more words says little.
    told = [one for one in candidates if one[2] != "other"] or candidates
    use = max(told, key=lambda one: (one[2] == "person", one[0], one[1]))[2]
    others = {other for _, _, other in candidates}
    if use in _WHOSE and "dependent" in others and "provider" not in others:
        return use.replace("provider", "dependent")
    return use


def names_column(written: str) -> bool:
    """Say whether a text is, word for word, what a column is called.

    Examples
    --------
    >>> names_column("Leverancier"), names_column("Fournisseur "), names_column("mail of Host BV")
    (True, True, False)

    """
    return plain(written) in _headers()


def rank(use: str, header: str) -> int:
    """Return how far down the list of its words stands what a header says; fewer is better."""
    words = _table()[use]
    compared = plain(header)
    return min((at for at, word in enumerate(words) if f" {word} " in f" {compared} "), default=len(words))


def speaks_of(use: str, written: str) -> bool:
    """Say whether a text has a word of this use among its words."""
    compared = f" {plain(written)} "
    return any(f" {word} " in compared for word in _table()[use])


def is_word(use: str, written: str) -> bool:
    """Say whether a text is a word of this use.

    Examples
    --------
    >>> is_word("open end", "Unbefristet"), is_word("open end", "unbefristet bis 2027"), is_word("total", "Totaal:")
    (True, False, True)

    """
    return plain(written) in _table()[use]


def is_unknown(written: str) -> bool:
    """Say whether a cell says that something is not known, not given or elsewhere.

    Examples
    --------
    >>> [is_unknown(text) for text in ("n.v.t.", "Zie bijlage", "k. A.", "n.c.", "TBC", "-", "KPN")]
    [True, True, True, True, True, True, False]

    """
    return is_placeholder(written) or is_word("unknown", written)


@cache
def months() -> dict[str, int]:
    """Return the name of a month, in full or short, in any language -> its number."""
    written = (resources.files("importers.table") / "words.csv").read_text(encoding="utf-8")
    return {
        plain(word): number
        for row in csv.DictReader(written.splitlines())
        if row["use"] in {"month name", "month short"}
        for number, word in enumerate(row["words"].split("|"), start=1)
    }


def _phrases(compared: str) -> list[str]:
    words = compared.split()
    return [
        " ".join(words[first:last])
        for first in range(len(words))
        for last in range(first + 1, min(len(words), first + 5) + 1)
    ]
