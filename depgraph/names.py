"""What two names have in common beyond their spelling: legal forms, words, acronyms.

The legal forms are in `legal_forms.csv` beside this module: a choice of the abbreviations and words of forms that
ISO 20275 lists (GLEIF, Entity Legal Forms code list, https://www.gleif.org/en/about-lei/code-lists) and that names in
the Benelux, the rest of Europe, the United States and other big markets carry; forms that were abolished stay, as names
in registers of contracts do. `stands_for` is the same for forms that are one: an abbreviation and its words, and forms
that one country's law has in several languages (NV and SA of Belgium, BV and SRL). The column of countries says where a
form is common, and is not read.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from depgraph.spelling import key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

FILE: Final = "legal_forms.csv"
COUNTRIES: Final = "country_words.csv"
"""Countries and regions as names of companies end with them, in English, Dutch, French and German.

The countries by their names in the Unicode CLDR (territories, by code of ISO 3166-1), without accents, and the short
ones in use (UK, US, USA, Great Britain). Regions of several countries count as ``EU``, the world as ``*``.
"""

_WORD: Final = re.compile(r"[^\W_]+")
_JOINING: Final = frozenset(
    (
        *("of", "the", "for", "and", "in"),
        *("de", "den", "der", "des", "van", "voor", "en"),
        *("du", "d", "la", "le", "les", "et", "pour"),
        *("von", "fur", "und"),
    )
)
"""Words after which a country belongs to the name."""

_BLOCK: Final = 512
"""How many names are taken together: if any of them is not plain, each of them is by itself."""

_TELLING: Final = 3
"""Letters from which on a word in common says something."""


def words_of(name: str) -> list[str]:
    """Return the words of a name without case, accents and punctuation; letters with dots are one word.

    Examples
    --------
    >>> words_of("S.à r.l. d'Énergie (B. V.)")
    ['sa', 'rl', 'denergie', 'bv']

    """
    if name.isascii() and name.replace(" ", "").isalnum():
        # Most names are plain, and of some 100,000 all are looked at.
        words = name.lower().split()
    else:
        plain = key(name)
        if not plain.isascii():
            decomposed = unicodedata.normalize("NFKD", plain)
            plain = "".join(character for character in decomposed if not unicodedata.combining(character))
        words = _WORD.findall(plain.replace(".", "").replace("'", ""))
    if min(map(len, words), default=0) > 1:
        return words
    joined: list[str] = []
    spelled = False
    for word in words:
        if spelled and len(word) == 1:
            joined[-1] += word
        else:
            joined.append(word)
        spelled = len(word) == 1
    return joined


@lru_cache(maxsize=1)
def _legal_forms() -> Mapping[str, Mapping[str, Sequence[tuple[str, ...]]]]:
    """Return the forms, as words, that stand at the ``end`` of names, and those at the ``start``, read backwards.

    By their last word, the longest first.
    """
    written = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    forms: dict[str, defaultdict[str, list[tuple[str, ...]]]] = {"start": defaultdict(list), "end": defaultdict(list)}
    rows = sorted(csv.DictReader(io.StringIO(written), strict=True), key=lambda row: -len(row["form"].split()))
    for row in rows:
        words = words_of(row["form"])
        for where in forms if row["where"] == "both" else (row["where"],):
            form = tuple(words if where == "end" else reversed(words))
            forms[where][form[-1]].append(form)
    return forms


@lru_cache(maxsize=1)
def _stands_for() -> Mapping[tuple[str, ...], str]:
    """Return what each form stands for, by its words."""
    written = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return {
        tuple(words_of(row["form"])): row["stands_for"] for row in csv.DictReader(io.StringIO(written), strict=True)
    }


def bare_words(name: str) -> tuple[str, ...]:
    """Return the words of a name without legal forms at its ends; never none if it has any.

    Examples
    --------
    >>> bare_words("Stichting ICTU"), bare_words("CENTRIC  Netherlands B.V."), bare_words("BV")
    (('ictu',), ('centric', 'netherlands'), ('bv',))

    """
    return without_forms(words_of(name))[0]


def without_forms(words: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return words without legal forms at their ends, and what these forms stand for; never no words if there are any.

    Examples
    --------
    >>> without_forms(("acme", "besloten", "vennootschap")), without_forms(("acme", "bv"))
    ((('acme',), frozenset({'srl'})), (('acme',), frozenset({'srl'})))

    """
    left = tuple(words)
    ends, starts = _legal_forms()["end"], _legal_forms()["start"]
    meaning = _stands_for()
    meanings = set()
    while left and left[-1] in ends and (form := _last(left, ends)):
        left = left[: -len(form)]
        meanings.add(meaning[form])
    while left and left[0] in starts and (form := _last(left[::-1], starts)):
        left = left[len(form) :]
        meanings.add(meaning[form[::-1]])
    return left, frozenset(meanings)


def _last(words: tuple[str, ...], forms: Mapping[str, Sequence[tuple[str, ...]]]) -> tuple[str, ...]:
    """Return the longest form that words end with, if there is more in them than it; one has the last word."""
    for form in forms[words[-1]]:
        if len(form) < len(words) and words[-len(form) :] == form:
            return form
    return ()


@lru_cache(maxsize=1)
def _country_words() -> Mapping[str, Mapping[tuple[str, ...], str]]:
    """Return the codes of countries by the words at the end of a name, by the last of these."""
    written = resources.files(__package__).joinpath(COUNTRIES).read_text(encoding="utf-8")
    found: defaultdict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    for row in sorted(csv.DictReader(io.StringIO(written), strict=True), key=lambda row: -len(row["words"].split())):
        words = tuple(row["words"].split())
        found[words[-1]][words] = row["country"]
    return found


@lru_cache(maxsize=1)
def _endings() -> frozenset[str]:
    """Return the words with which legal forms and countries end."""
    return frozenset((*_legal_forms()["end"], *_country_words()))


def trunk(name: str) -> tuple[tuple[str, ...], str]:
    """Return the words of a name without legal forms and a country at its end, and that country, empty if none.

    A country after a word such as *of* or *de* belongs to the name (Bank of Ireland).

    Examples
    --------
    >>> trunk("Centric Netherlands B.V."), trunk("CENTRIC"), trunk("Bank of Ireland")
    ((('centric',), 'NL'), (('centric',), ''), (('bank', 'of', 'ireland'), ''))

    """
    spelled = words_of(name)
    if not spelled or (spelled[-1] not in _endings() and spelled[0] not in _legal_forms()["start"]):
        # So most names are, and of some 100,000 all are looked at.
        return tuple(spelled), ""
    words = without_forms(spelled)[0]
    for ending, country in _country_words().get(words[-1], {}).items() if words else ():
        rest = words[: -len(ending)]
        if words[-len(ending) :] == ending and any(len(word) >= _TELLING for word in rest) and rest[-1] not in _JOINING:
            return bare_words(" ".join(rest)), country
    return words, ""


def trunks(names: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    """Return the `trunk` of each name: of plain ones, which most of some 100,000 are, in a third of the time."""
    ends, starts = _endings(), _legal_forms()["start"]
    told: list[tuple[tuple[str, ...], str]] = []
    for begin in range(0, len(names), _BLOCK):
        block = names[begin : begin + _BLOCK]
        whole = "\n".join(block)
        letters = whole.replace(" ", "").replace("\n", "")
        if not whole.isascii() or not letters.isalnum() or whole.count("\n") != len(block) - 1:
            told += map(trunk, block)
            continue
        for name, line in zip(block, whole.lower().split("\n"), strict=True):
            words = tuple(line.split())
            if words and min(map(len, words)) > 1 and words[-1] not in ends and words[0] not in starts:
                told.append((words, ""))
            else:
                told.append(trunk(name))
    return told


def alike(named: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return parties in groups: two are in different ones if their names are very unlike.

    Two names are very unlike if, without legal forms, they have no word of three letters
    or more in common, and neither is the acronym of the other. A name of shorter words
    only is like all that have its first word.

    Parameters
    ----------
    named : mapping
        Party -> all its names: of any source, of earlier days, in trade.

    Returns
    -------
    list of list of str
        Sorted.

    Examples
    --------
    >>> alike({"a": ["Centric Netherlands B.V."], "b": ["Centric"], "c": ["Zorg & Co"], "d": ["ZC"]})
    [['a', 'b'], ['c'], ['d']]
    >>> alike({"a": ["International Business Machines"], "b": ["IBM Nederland B.V."], "c": ["BT"], "d": ["BT Group"]})
    [['a', 'b'], ['c', 'd']]

    """
    words = [(party, bare_words(name)) for party in sorted(named) for name in sorted(named[party])]
    clusters = {party: {party} for party in named}
    for one, other in _links(words):
        low, high = sorted((clusters[one], clusters[other]), key=len)
        if low is not high:
            high |= low
            clusters |= dict.fromkeys(low, high)
    return sorted(sorted(members) for members in {id(members): members for members in clusters.values()}.values())


def _links(words: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[str, str]]:
    """Yield pairs of parties of which a name of each is like one of the other; as few as join them all."""
    short = {some[0] for _, some in words if some and all(len(word) < _TELLING for word in some)}
    first: dict[str, str] = {}
    for party, some in words:
        for word in (*(word for word in some if len(word) >= _TELLING or word in short), "".join(some)):
            yield first.setdefault(word, party), party
    for party, some in words:
        for acronym in _acronyms(some):
            if acronym in first:
                yield first[acronym], party


def _acronyms(words: tuple[str, ...]) -> Iterator[str]:
    """Yield the initials of a name, with its short words (of, en, voor) and without."""
    for some in (words, [word for word in words if len(word) > _TELLING]):
        if len(some) > 1:
            yield "".join(word[0] for word in some)
