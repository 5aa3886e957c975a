"""`Wording`: one name as it is compared: its words in Latin letters, its legal forms, the country that it names.

A name in a list of suppliers holds more than a name: an address, a role in brackets, the mark of a footnote, a
second name after *trading as*. `wordings` takes these apart.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.countries import countries
from depgraph.names import COUNTRIES, without_forms, words_of
from depgraph.spelling import fold, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CACHED: Final = 1 << 17
"""Names whose wordings are remembered: those of one big question."""

_TAKEN_APART: Final = 250
"""Characters of a name that is searched for roles, addresses and second names: longer ones are made to take long."""

_FOOTNOTE: Final = re.compile(
    r"[\s*\u2020\u2021\u00a7\u00ae\u2122\u00a9\u2120\u00b9\u00b2\u00b3\u2070-\u2079]+$|\s*\[\d+\]$|\s*\(\d\)$"
)
"""Marks at the end of a name: asterisks, daggers, raised digits, numbers in brackets, signs of trade marks."""

_NAMED_ALSO: Final = re.compile(
    r"""[\s,;(]+(?:
        t/a | t\.a\. | trading\ as | d/?b/?a | doing\ business\ as | also\ known\ as | a/?k/?a | now\ known\ as
        | formerly(?:\ known\ as)? | f/?k/?a | previously(?:\ known\ as)?
        | h\.?o\.?d\.?n\.? | handelend\ onder\ de\ naam | ook\ bekend\ als | voorheen | v/?h
        | anciennement | nom\ commercial | vormals | ehemals | firmierend\ als | già | antes
    )[.:]?\s+(?=\S)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What stands between two names of one party."""

_BELONGING: Final = re.compile(
    r"""[\s,;(-]+(?:
        an?\s+(?:[\w&.'-]+\s+){1,4}(?:company|business|brand)
        | an?\s+(?:(?:wholly[\s-]owned)\s+)?(?:subsidiary|division|unit|part|member)\s+of\s+.+
        | (?:member|part)\s+of\s+.+ | onderdeel\s+van\s+.+ | une\s+société\s+(?:du\s+groupe\s+)?.+
        | in[\s-]remediation | advisory\ focused
        | consortium | consortium\ leader | group\ leader | lead(?:\ partner|er)?
        | penvoerder | combinant | hoofdaannemer | onderaannemer
        | mandataire(?:\ .+)? | co-?traitant | sous-?traitant | subcontractor | in\s+regie
        | bieter(?:gemeinschaft)? | gemandateerde
    )\)?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""A role, or to whom it belongs, at the end of a name: it is no part of the name."""

_POSTCODE: Final = re.compile(
    r"\b\d{4}\s?[A-Z]{2}\b|\b(?:[A-Z]{1,2}-)?\d{4,5}\s+[^\W\d]{2,}|\b\d{2}-\d{3}\b|\b\d{3}\s\d{2}\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b|^(?:postbus|p\.?o\.?\sbox|bp)\s",
    re.IGNORECASE,
)
"""A postcode with what stands beside it, or a box."""

_DIGIT_OR_BOX: Final = re.compile(r"\d|\b(?:postbus|p\.?o\.?\sbox|bp)\s", re.IGNORECASE)
"""What every address has."""

_STREET: Final = re.compile(
    r"""\s(?:[\w'-]{2,}(?:straat|laan|weg|plein|kade|gracht|singel|dreef|boulevard|strasse|straße|gasse|platz)\s\d
    |(?:rue|avenue|boulevard|via|viale|calle|ul\.|ulica|route|chaussée)\s.+\d|\d+[a-z]?\s(?:rue|avenue|boulevard)\s
    |\d+\s(?:[\w'-]+\s){1,3}(?:street|road|avenue|drive|lane|blvd|way)\b).*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""A street with its number, at the end of a name without a comma before it."""

_HOLDING: Final = frozenset(
    # One text is shorter than a list.
    """trust fund owner owners partnership partners scheme plan settlement pension series index cell bonds euro
    compartment notes""".split()  # noqa: SIM905
)
"""Words that names of funds, schemes and trusts have where addresses have a street and a place."""

_OWNERS: Final = frozenset(("eigenaars", "eigenaren"))
_LEADING: Final = frozenset(
    ("van", "aan", "te", "gebouw", "for", "of", "at", "and", "a", "de", "het", "the", "du", "la", "von")
)
"""Words before a street that go on with it."""

_DEPARTMENT: Final = re.compile(
    r"\b(?:procurement|purchasing|department|departement|division|afdeling|directie|direction|dienst|inkoop|aankoop"
    r"|achats|einkauf|abteilung|unit)\b",
    re.IGNORECASE,
)
"""A part of an organisation, behind its name and a dash: Infrabel NV - Procurement."""

_BRACKETS: Final = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]")
_DOMAIN: Final = re.compile(
    r"^(?:https?://)?((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})\.?(?:/\S*)?$", re.IGNORECASE
)
_ENDING: Final = re.compile(
    r"\b([\w-]{2,})\.(?:com|net|org|io|eu|nl|be|lu|de|fr|ai|cloud|tv|gov|co\.uk|uk|ch|at|it|es)\b", re.IGNORECASE
)
"""A word with the ending of a domain, as brands have (Amazon.com)."""

_EMPTY: Final = frozenset(("and", "en", "et", "und", "the", "of", "de", "het", "du", "la", "le", "les"))
"""Words that tell nobody from anybody."""

_SOLD_ANYWHERE: Final = frozenset(("AC", "AI", "CC", "CO", "FM", "IO", "LY", "ME", "MD", "SH", "TO", "TV", "WS", "AD"))
"""Countries under whose endings whoever wants to has a domain."""

_LONG: Final = 3
"""Words in brackets that are more than an addition to a name: a name of their own."""

_GLUED: Final = re.compile("(株式会社|有限会社|股份有限公司|有限责任公司|有限公司)")
"""Legal forms of scripts that have no blanks."""


class Wording(NamedTuple):
    """One name as it is compared.

    Attributes
    ----------
    words : tuple of str
        In ASCII, without legal forms, countries, empty words; never none.
    forms : frozenset of str
        The legal forms at its ends, each as what it stands for.
    countries : frozenset of str
        Codes of countries that it names; ``EU`` and ``*`` for regions and the world.
    domain : bool
        Whether it is the name of a domain, not of a party.
    transcribed : bool
        Whether words of it are in another script than the Latin one.
    full : str
        All words without blanks, where that is more: with those that tell nothing (*de Wolden*); of a domain with its
        ending (*orca.security*).

    """

    words: tuple[str, ...]
    forms: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    domain: bool = False
    transcribed: bool = False
    full: str = ""

    @property
    def text(self) -> str:
        """Its words, as one text."""
        return " ".join(self.words)

    @property
    def joined(self) -> str:
        """Its words without blanks."""
        return "".join(self.words)


@lru_cache(maxsize=_CACHED)
def wordings(name: str) -> tuple[Wording, ...]:
    """Return the names in a written name, the main one first; none if nothing in it is a letter or digit.

    Examples
    --------
    >>> [wording.text for wording in wordings("AINS dba OPEXUS (In Remediation)*")]
    ['ains', 'opexus']
    >>> wordings("Infocomp Sp. z o. o. ul. Szosa Chełmińska 191 87-100 Toruń,")[0]
    Wording(words=('infocomp',), forms=frozenset({'sp z oo'}), countries=frozenset(), domain=False, transcribed=False,
            full='')
    >>> wordings("Информационно обслужване АД")[0].text
    'informatsionno obsluzhvane'

    """
    written = text(name)
    domain = _DOMAIN.match(written)
    if domain:
        return _domain_wordings(domain[1].lower())
    found: dict[Wording, None] = {}
    for part in _parts(written) if len(written) <= _TAKEN_APART else (written,):
        wording = _wording(part)
        if wording is not None:
            found[wording] = None
    return tuple(found)


def _domain_wordings(domain: str) -> tuple[Wording, ...]:
    label = label_of(domain)
    words = tuple(word for word in re.split(r"[-_]+", fold(label)) if word)
    ending = domain.rpartition(".")[2].upper().replace("UK", "GB")
    where = {ending} & (countries().keys() - _SOLD_ANYWHERE)
    full = "".join(words) + fold(domain.rpartition(".")[2])
    return (Wording(words, countries=frozenset(where), domain=True, full=full),) if words else ()


def label_of(domain: str) -> str:
    """Return the label of a domain that its owner chose: the last one before the public suffix.

    Examples
    --------
    >>> label_of("spf.mail.example.co.uk"), label_of("amazonses.com"), label_of("localhost")
    ('example', 'amazonses', 'localhost')

    """
    labels = domain.rstrip(".").split(".")
    while (
        len(labels) > 2
        and labels[-2] in {"co", "com", "gov", "org", "ac", "net", "gouv", "edu"}
        and len(labels[-1]) == 2
    ):
        labels = labels[:-1]
    return labels[-2] if len(labels) > 1 else labels[0]


def _parts(written: str) -> Iterator[str]:
    """Yield the names in a written one."""
    for piece in _NAMED_ALSO.split(f" {written}"):
        name = _without_tail(piece.strip(" ,;-"))
        opened = name.count("(") - name.count(")")
        name = name + ")" * opened if opened > 0 else name.rstrip(")") if opened < 0 else name
        outside = _BRACKETS.sub(" ", name).strip()
        inside = _BRACKETS.findall(name)
        if not outside:
            yield from inside
        elif inside and all(_is_initials(outside, one) or len(words_of(one)) > _LONG for one in inside):
            # What stands in brackets is the short name, or the long one.
            yield outside
            yield from inside
        else:
            # It is a place, a product, a legal form.
            yield _BRACKETS.sub(r" \1 ", name)


def _is_initials(outside: str, inside: str) -> bool:
    words = words_of(inside)
    return len(words) == 1 and words[0] in initials(tuple(words_of(outside)))


def initials(words: tuple[str, ...]) -> frozenset[str]:
    """Return the acronyms of words: with those that are short, and without; none of one word."""
    found = set()
    for some in (words, [word for word in words if word not in _EMPTY], [word for word in words if len(word) > 3]):
        if len(some) > 1:
            found.add("".join(word[0] for word in some))
    return frozenset(found)


def _without_tail(name: str) -> str:
    """Return a name without footnote marks, roles and the address at its end."""
    before = None
    while before != name:
        before = name
        name = _FOOTNOTE.sub("", name)
        name = _BELONGING.sub("", name).strip(" ,;-") or name
    return _without_address(name)


def _without_address(name: str) -> str:
    if not _DIGIT_OR_BOX.search(name) and not _DEPARTMENT.search(name):
        # As most names are.
        return name
    parts = re.split(r"(\s*[,;]\s*|\s+[-\u2013\u2014|]\s+)", name)
    head, tail = parts[0], parts[2::2]
    if any(map(_POSTCODE.search, tail)) and not _is_form(tail[-1]) and not _is_held(" ".join(tail)):
        # Street, postcode and place stand behind the name and its form, each after a comma; a name may have a dash.
        kept = [head]
        for joint, part in zip(parts[1::2], tail, strict=True):
            dash = not re.search(r"[,;]", joint) and not re.search(r"\d", part)
            if not (_is_form(part) or (dash and not _STREET.search(f" {part}"))):
                break
            kept += [joint, part]
        return "".join(kept)
    if tail and _DEPARTMENT.search(tail[0]) and re.match(r"\s+[-\u2013\u2014|]", parts[1]):
        return head
    bare = _after_form(name)
    street = _STREET.search(bare)
    if street is None or _names_a_place(bare[: street.start()], bare[street.start() :]):
        return bare.strip(" ,;-\u2013\u2014|") or name
    return bare[: street.start()].strip(" ,;-\u2013\u2014|") or name


def _names_a_place(head: str, street: str) -> bool:
    """Say whether a name has a street in it, as owners of one building have, and no address behind it.

    An address follows the legal form; what a form or a word such as *trust* follows is a part of the name. So is what
    follows nothing that is a name by itself.
    """
    before, behind = words_of(head), words_of(street)
    return (
        _is_held(street)
        or bool(without_forms(("name", *behind))[1])
        or not any(word.isalpha() and word not in _EMPTY for word in before)
        or before[-1] in _LEADING
        or any(word in _OWNERS for word in before)
    )


def _after_form(name: str) -> str:
    """Return a name without an address that follows its legal form at once."""
    words = name.split()
    for at in range(2, len(words)):
        left, address = " ".join(words[:at]), " ".join(words[at:])
        if _POSTCODE.search(address) and _has_form(left) and not _is_held(address) and not _has_form(f"name {address}"):
            while at < len(words) and _is_form(" ".join(words[at : at + 1])):
                at += 1  # noqa: PLW2901 - forms of several words
            return " ".join(words[:at])
    return name


def _is_held(behind: str) -> bool:
    return not _HOLDING.isdisjoint(words_of(behind))


def _has_form(name: str) -> bool:
    return bool(without_forms(words_of(name))[1])


def _is_form(part: str) -> bool:
    return not without_forms(("name", *words_of(part)))[0][1:]


def _wording(name: str) -> Wording | None:
    name = _GLUED.sub(r" \1 ", _ENDING.sub(r"\1", name))
    bare, forms = without_forms(words_of(name))
    words = [word for word in map(_latin, bare) if word]
    if not words:
        return None
    left, named = _without_countries(words)
    # A form may stand before a country: Acme B.V. Nederland.
    inner, more = without_forms(left)
    telling = tuple(word for word in inner if word not in _EMPTY)
    full = "".join(inner) if telling and len(telling) < len(inner) else ""
    return Wording(telling or inner, forms | more, named, transcribed=any(map(_is_foreign, bare)), full=full)


def _is_foreign(word: str) -> bool:
    """Say whether a word has a letter of another script than the Latin one."""
    return not word.isascii() and any(
        character.isalpha() and not unicodedata.name(character, "").startswith("LATIN") for character in word
    )


def _latin(word: str) -> str:
    """Return a word in ASCII."""
    if word.isascii():
        return word.lower()
    from anyascii import anyascii  # noqa: PLC0415 - few names need it

    return re.sub(r"[^a-z0-9]", "", anyascii(unicodedata.normalize("NFKC", word)).lower())


@lru_cache(maxsize=1)
def _named_countries() -> Mapping[tuple[str, ...], str]:
    """Return codes of countries and regions by the words that name them."""
    written = resources.files("depgraph").joinpath(COUNTRIES).read_text(encoding="utf-8")
    found = {tuple(words_of(name)): code for code, name in countries().items()}
    found |= {tuple(row["words"].split()): row["country"] for row in csv.DictReader(io.StringIO(written), strict=True)}
    return {words: code for words, code in found.items() if words and len("".join(words)) > 1}


def _without_countries(words: list[str]) -> tuple[list[str], frozenset[str]]:
    """Return words without those that name countries, and the codes of these."""
    known = _named_countries()
    left: list[str] = []
    named = set()
    position = 0
    while position < len(words):
        for length in (3, 2, 1):
            code = known.get(tuple(words[position : position + length])) if position + length <= len(words) else None
            # At its beginning it is a name of its own: Aruba Networks, Jersey Post.
            if code and position > 0:
                named.add(code)
                position += length
                break
        else:
            left.append(words[position])
            position += 1
    return left, frozenset(named)
