"""Identifiers of the form ``scheme:value``: one normaliser and one check per scheme."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from depgraph.countries import countries
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
    "value_of",
]

UNKNOWN: Final = "unknown:"

MAX_LENGTH: Final = 1_000
"""Characters that an id may have: longer ones are data in the wrong column."""


def _digits(value: str) -> str:
    """Return a number without blanks, dots and hyphens; a decimal point in it would make another number."""
    if re.fullmatch(r"[0-9]+[.,][0-9]+", value.strip(), re.ASCII):
        raise ValueError("it has a decimal point, as a spreadsheet writes a number: write its digits alone, as text")
    return re.sub(r"[\s.\-]", "", value)


def _mod97(value: str) -> int:
    """ISO 7064 MOD 97-10 of an alphanumeric string, letters as 10 to 35."""
    return int("".join(str(int(character, 36)) for character in value)) % 97


def _lei(value: str) -> str:
    value = value.replace(" ", "").upper()
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", value, re.ASCII):
        raise ValueError("an LEI has 18 letters or digits and 2 check digits (ISO 17442)")
    if _mod97(value) != 1:
        raise ValueError("the check digits of this LEI are wrong (ISO 17442, MOD 97-10)")
    return value


def _kvk(value: str) -> str:
    value = _digits(value)
    if not re.fullmatch(r"[0-9]{8}", value, re.ASCII):
        raise ValueError("a KvK number has 8 digits")
    return value


def _kbo(value: str) -> str:
    value = _digits(value).upper().removeprefix("BE")
    value = value.zfill(10) if re.fullmatch(r"[0-9]{9}", value, re.ASCII) else value
    if not re.fullmatch(r"[01][0-9]{9}", value, re.ASCII):
        raise ValueError("a KBO number has 10 digits and starts with 0 or 1")
    if 97 - int(value[:8]) % 97 != int(value[8:]):
        raise ValueError("the check digits of this KBO number are wrong (97 minus the rest by 97)")
    return value


def _rcs(value: str) -> str:
    value = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[A-Z][0-9]{1,6}", value, re.ASCII):
        raise ValueError("a Luxembourg RCS number is a letter and 1 to 6 digits, such as B12345")
    return value


def _oin(value: str) -> str:
    value = _digits(value)
    if not re.fullmatch(r"[0-9]{20}", value, re.ASCII):
        raise ValueError("an OIN has 20 digits")
    return value


def _rsin(value: str) -> str:
    value = _digits(value)
    if not re.fullmatch(r"[0-9]{9}", value, re.ASCII):
        raise ValueError("an RSIN has 9 digits")
    weighted = sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), value, strict=True))
    if weighted % 11:
        raise ValueError("this RSIN fails its check by 11 (the elfproef)")
    return value


def _euid(value: str) -> str:
    value = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]*\.[0-9A-Z.\-_/]+", value, re.ASCII):
        raise ValueError("an EUID is a country code, a register, a dot and a number, such as NLNHR.12345678")
    if value[:2] not in _REGISTERS_JOINED:
        raise ValueError(f"'{value[:2]}' is no country of the EEA, whose business registers give EUIDs")
    register, _, number = value.partition(".")
    check = _NUMBERS_WITHIN.get(register)
    return f"{register}.{check(number)}" if check else value


_REGISTERS_JOINED: Final = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "EL",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
"""The countries whose business registers are joined (Directive (EU) 2017/1132, article 22); Greece in two ways."""

_NUMBERS_WITHIN: Final = {"NLNHR": _kvk, "BEKBOBCE": _kbo, "LURCSL": _rcs}
"""What the number in an EUID must be, by the register that gives it."""


def _vat(value: str) -> str:
    value = re.sub(r"[\s.\-]", "", value).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,12}", value, re.ASCII):
        raise ValueError("a VAT number starts with a country code, such as NL123456782B01")
    return _checked_vat(value)


def _checked_vat(value: str) -> str:
    """Return a VAT number of the European Union in its one spelling, others as they are.

    The check digits of each country are those of python-stdnum.
    """
    where = value[:2].replace("GR", "EL")
    if where not in _VAT_AREA:
        return value
    from stdnum.eu import vat  # noqa: PLC0415 - it takes a while, and few ids are VAT numbers
    from stdnum.exceptions import InvalidChecksum, ValidationError  # noqa: PLC0415 - likewise

    try:
        return str(vat.validate(where + value[2:]))
    except InvalidChecksum as error:
        raise ValueError(f"the check digits of this VAT number are wrong, by the rule of {where}") from error
    except ValidationError as error:
        raise ValueError(f"this is no VAT number of {where}, whose numbers have other digits or letters") from error


_VAT_AREA: Final = frozenset(
    # Greece writes EL, Northern Ireland XI.
    """AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI""".split()  # noqa: SIM905
)


def _siret(value: str) -> str:
    value = _digits(value)
    if not re.fullmatch(r"[0-9]{14}", value, re.ASCII):
        raise ValueError("a SIRET has 14 digits: the SIREN of the company and 5 of the branch")
    from stdnum.exceptions import ValidationError  # noqa: PLC0415 - as above
    from stdnum.fr import siret  # noqa: PLC0415 - as above

    try:
        return str(siret.validate(value))
    except ValidationError as error:
        raise ValueError("the check digit of this SIRET is wrong (Luhn)") from error


def _vestiging(value: str) -> str:
    value = _digits(value)
    if not re.fullmatch(r"[0-9]{12}", value, re.ASCII):
        raise ValueError("a number of a branch in the Dutch register (vestigingsnummer) has 12 digits")
    return value


def _domain(value: str) -> str:
    value = value.strip().rstrip(".").lower()
    value = value if value.isascii() else _a_labels(value)
    label = r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?"
    if len(value) > 253 or not re.fullmatch(rf"{label}(?:\.{label})*", value, re.ASCII):
        raise ValueError("a domain has dots between labels of letters, digits and hyphens, such as example.nl")
    return value


_DEVIATIONS: Final = frozenset("\u00df\u03c2\u200c\u200d")
"""What IDNA 2003 reads as something else: sharp s, final sigma, joiners (UTS 46, section 7)."""


def _a_labels(domain: str) -> str:
    """Return a domain in ASCII by IDNA 2008 (RFC 5891), case and width mapped first (UTS 46, not transitional).

    What IDNA 2008 forbids and IDNA 2003 writes in one way only is read in that way, since
    such names are in use: emoji, and letters beside an underscore.
    """
    import idna  # noqa: PLC0415 - its tables take a while, and few domains are not ASCII

    labels = []
    try:
        for label in idna.uts46_remap(domain, std3_rules=False, transitional=False).split("."):
            try:
                labels.append(label if label.isascii() else idna.alabel(label).decode("ascii"))
            except idna.IDNAError:
                if not _DEVIATIONS.isdisjoint(label):
                    raise
                labels.append(label.encode("idna").decode("ascii"))
    except UnicodeError as error:  # an IDNAError is one
        raise ValueError(f"this domain cannot be written in ASCII (IDNA 2008): {error}") from error
    return ".".join(labels)


def _place(value: str) -> str:
    """Return a code of ISO 3166 in capitals, and the name of any other place as it is (a data centre DC-1)."""
    value = text(value)
    if re.fullmatch(r"[A-Za-z]{2}", value, re.ASCII):
        if value.upper() not in countries():
            raise ValueError("two letters are a code of ISO 3166-1, which has no such country: write another name")
        return value.upper()
    region = re.fullmatch(r"([A-Za-z]{2})-[A-Za-z0-9]{1,3}", value, re.ASCII)
    return value.upper() if region and region[1].upper() in countries() else value


def _free(value: str) -> str:
    return text(value)


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
    "lei": Scheme("party", _lei, entity=True, single=True),
    "kvk": Scheme("party", _kvk, entity=True),
    "kbo": Scheme("party", _kbo, entity=True),
    "rcs": Scheme("party", _rcs, entity=True),
    "oin": Scheme("party", _oin, entity=True),
    "rsin": Scheme("party", _rsin, entity=True),
    "euid": Scheme("party", _euid, entity=True),
    "vat": Scheme("party", _vat),
    "siret": Scheme("party", _siret),
    "vestiging": Scheme("party", _vestiging),
    "domain": Scheme("party", _domain),
    "name": Scheme("party", _free, free=True),
    "unknown": Scheme("party", _free, free=True),
    "function": Scheme("function", _free, free=True),
    "service": Scheme("service", _free, free=True),
    "product": Scheme("product", _free, free=True),
    "purl": Scheme("product", _free),
    "cpe": Scheme("product", _free),
    "place": Scheme("place", _place, free=True),
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
