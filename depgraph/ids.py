"""Identifiers of the form ``scheme:value``: minted, read and compared, each scheme by its rules in `schemes`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from depgraph import schemes
from depgraph.errors import InvalidIdError
from depgraph.spelling import fold, key, text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BARE",
    "MAX_LENGTH",
    "SCHEMES",
    "UNKNOWN",
    "Scheme",
    "canonical_key",
    "entity_behind",
    "fold",
    "id_key",
    "is_entity",
    "is_single",
    "is_unknown",
    "key",
    "kind_of",
    "mint",
    "read_id",
    "scheme_of",
    "text",
    "unnamed_by",
    "value_of",
]

UNKNOWN: Final = "unknown:"

MAX_LENGTH: Final = 1_000
"""Characters that an id may have: longer ones are data in the wrong column."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme of identifiers.

    Attributes
    ----------
    kind : str
        The kind of node that it names (a value of `depgraph.model.Kind`).
    normalise : callable
        Gives the one spelling, or raises `ValueError` with the rule that is broken.
    entity : bool
        Whether one identifier stands for one legal entity and no other, so that two
        parties that share it are one. Not so for a VAT number (a fiscal unity shares
        one), the number of a branch, a domain (a group shares one) and a name.
    free : bool
        Whether values are free text, of which several spellings may be one name.
    single : bool
        Whether an entity has one such identifier and no other, so that two of them are two
        entities. Not so for numbers of registers: a merger, a move to another province or a
        second registration gives another one.

    """

    kind: str
    normalise: Callable[[str], str]
    entity: bool = False
    free: bool = False
    single: bool = False


SCHEMES: Final[dict[str, Scheme]] = {
    "lei": Scheme("party", schemes.lei, entity=True, single=True),
    "kvk": Scheme("party", schemes.kvk, entity=True),
    "kbo": Scheme("party", schemes.kbo, entity=True),
    "rcs": Scheme("party", schemes.rcs, entity=True),
    "oin": Scheme("party", schemes.oin, entity=True),
    "rsin": Scheme("party", schemes.rsin, entity=True),
    "euid": Scheme("party", schemes.euid, entity=True),
    "vat": Scheme("party", schemes.vat),
    "siret": Scheme("party", schemes.siret),
    "vestiging": Scheme("party", schemes.vestiging),
    "domain": Scheme("party", schemes.domain),
    "name": Scheme("party", text, free=True),
    "unknown": Scheme("party", text, free=True),
    "function": Scheme("function", text, free=True),
    "service": Scheme("service", text, free=True),
    "product": Scheme("product", text, free=True),
    "purl": Scheme("product", text),
    "cpe": Scheme("product", text),
    "place": Scheme("place", schemes.place, free=True),
}
"""Every scheme; those of parties in the order in which one becomes the canonical id."""

BARE: Final[dict[str, str]] = {
    "party": "name",
    "function": "function",
    "service": "service",
    "product": "product",
    "place": "place",
}
"""The scheme that a bare value of each kind gets."""

_RANK: Final = {scheme: rank for rank, scheme in enumerate(SCHEMES)}
_LOOKS_LIKE_SCHEME: Final = re.compile(r"([a-z][a-z0-9_\-]{1,15}):\S", re.ASCII)


def mint(scheme: str, value: str) -> str:
    """Return the id ``scheme:value`` in its one spelling.

    Parameters
    ----------
    scheme : str
        A key of `SCHEMES`.
    value : str
        As written in the source; only `unknown` may be empty.

    Raises
    ------
    InvalidIdError
        If the scheme is not known, or the value breaks the scheme's rules.

    Examples
    --------
    >>> mint("kvk", "1234 5678")
    'kvk:12345678'
    >>> mint("domain", "Example.NL.")
    'domain:example.nl'

    """
    try:
        rules = SCHEMES[scheme]
    except KeyError:
        raise InvalidIdError(f"unknown scheme '{scheme}': use one of {', '.join(SCHEMES)}") from None
    if len(value) > MAX_LENGTH:
        raise InvalidIdError(f"an id of {len(value):,} characters: at most {MAX_LENGTH:,} are allowed")
    try:
        normal = rules.normalise(value)
    except ValueError as error:
        written = f"{scheme}:{value}"
        raise InvalidIdError(f"{written!r} is not valid: {error}") from None
    if scheme != "unknown" and not (normal if normal.isascii() else key(normal)):
        raise InvalidIdError(f"an id of scheme '{scheme}' has no value")
    if not normal.isprintable():
        _refuse_controls(scheme, normal)
    return f"{scheme}:{normal}"


def _refuse_controls(scheme: str, value: str) -> None:
    """Raise for what no terminal, file or database should be handed as part of an id."""
    for character in value:
        if unicodedata.category(character) in {"Cc", "Cs"}:
            written = f"{scheme}:{value}"
            raise InvalidIdError(f"{written!r} has a control character in it (U+{ord(character):04X}): take it out")


@lru_cache(maxsize=1 << 16)
def read_id(value: str, kind: str = "party") -> str:
    """Return the id that `value` stands for; a bare value gets the scheme of `kind`.

    A scheme is known in capitals too (``LEI:5493...``).

    Raises
    ------
    InvalidIdError
        If it is empty, breaks its scheme's rules, or begins with something that looks
        like a scheme and is none (``lie:5493...``).

    Examples
    --------
    >>> read_id("Gemeente  Ede")
    'name:Gemeente Ede'
    >>> read_id("mail", "service")
    'service:mail'
    >>> read_id("kbo:0203.430.576")
    'kbo:0203430576'

    """
    written, colon, rest = value.partition(":")
    scheme = written.strip().lower()
    if colon and scheme in SCHEMES:
        return mint(scheme, rest)
    if len(value) > MAX_LENGTH:
        return mint(BARE[kind], value)
    looks = _LOOKS_LIKE_SCHEME.match(value)
    if looks:
        raise InvalidIdError(
            f"{value!r} has an unknown scheme '{looks[1]}': use one of {', '.join(SCHEMES)},"
            f" or write '{BARE[kind]}:{value}'"
        )
    return mint(BARE[kind], value)


def scheme_of(node_id: str) -> str:
    """Return the scheme of an id."""
    return node_id.partition(":")[0]


def value_of(node_id: str) -> str:
    """Return the value of an id."""
    return node_id.partition(":")[2]


def kind_of(node_id: str) -> str:
    """Return the kind of node that an id names."""
    return SCHEMES[scheme_of(node_id)].kind


_FREE: Final = frozenset(scheme for scheme, rules in SCHEMES.items() if rules.free)


def id_key(node_id: str) -> str:
    """Return the key of an id: two ids with one key are one node, spelled in two ways.

    Examples
    --------
    >>> id_key("name:Host  BV") == id_key("name:HOST bv") != id_key("service:Host BV")
    True

    """
    scheme, _, value = node_id.partition(":")
    if scheme not in _FREE:
        return node_id
    if node_id.isascii() and "  " not in node_id and node_id.isprintable():
        return node_id.lower()
    return f"{scheme}:{key(value)}"


def unnamed_by(source: str, part: str) -> str:
    """Return the id of the provider that nobody knows (`unknown:`) of one import: another one in each.

    Examples
    --------
    >>> unnamed_by("register", "2025")
    'unknown:not named in register (2025)'

    """
    return f"{UNKNOWN}not named in {source} ({part})" if part else f"{UNKNOWN}not named in {source}"


def is_unknown(node_id: str) -> bool:
    """Say whether an id stands for a provider that nobody knows."""
    return node_id.startswith(UNKNOWN)


def is_entity(node_id: str) -> bool:
    """Say whether two parties that share this id are one legal entity."""
    return SCHEMES[scheme_of(node_id)].entity


def is_single(node_id: str) -> bool:
    """Say whether an entity has one id of this scheme only: two of them are two entities."""
    return SCHEMES[scheme_of(node_id)].single


_BEHIND: Final = (("vat:BE", "kbo"), ("euid:BEKBOBCE.", "kbo"), ("euid:NLNHR.", "kvk"), ("euid:LURCSL.", "rcs"))
"""What an id begins with that is a number of a register with a prefix, and the scheme of that register."""
_BEGINNINGS: Final = tuple(begin for begin, _ in _BEHIND)


def entity_behind(node_id: str) -> str:
    """Return the id that an id contains: one is the other with a prefix; empty if it is no such one.

    A Belgian VAT number is BE and the number in the enterprise register (KBO); an EUID is the
    register and the number there.

    Notes
    -----
    A Belgian VAT unit has an enterprise number of its own: its VAT number stands for the unit.

    References
    ----------
    Code of Economic Law (Belgium), article III.17. Implementing Regulation (EU) 2021/1042,
    annex, on the European unique identifier.

    Examples
    --------
    >>> entity_behind("vat:BE0203430576"), entity_behind("euid:NLNHR.12345678"), entity_behind("vat:NL123456782B01")
    ('kbo:0203430576', 'kvk:12345678', '')

    """
    if not node_id.startswith(_BEGINNINGS):
        return ""
    for begin, scheme in _BEHIND:
        if node_id.startswith(begin):
            try:
                return mint(scheme, node_id.removeprefix(begin))
            except InvalidIdError:
                return ""
    return ""


def canonical_key(node_id: str) -> tuple[int, str]:
    """Return the key by which the smallest id of a node is its canonical one."""
    return _RANK[scheme_of(node_id)], node_id
