"""Identifiers by their schemes: the check that each prescribes, and the one spelling of a value.

Each function takes a value as a source writes it, and raises `ValueError` with the rule that it breaks.
"""

from __future__ import annotations

import re
from typing import Final

from depgraph.countries import countries
from depgraph.spelling import text


def _digits(value: str) -> str:
    """Return a number without blanks, dots and hyphens; a decimal point in it would make another number."""
    if re.fullmatch(r"[0-9]+[.,][0-9]+", value.strip(), re.ASCII):
        raise ValueError("it has a decimal point, as a spreadsheet writes a number: write its digits alone, as text")
    return re.sub(r"[\s.\-]", "", value)


def _mod97(value: str) -> int:
    """ISO 7064 MOD 97-10 of an alphanumeric string, letters as 10 to 35."""
    return int("".join(str(int(character, 36)) for character in value)) % 97


def lei(value: str) -> str:
    """Return an LEI in capitals, whose check digits are right (ISO 17442)."""
    value = value.replace(" ", "").upper()
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", value, re.ASCII):
        raise ValueError("an LEI has 18 letters or digits and 2 check digits (ISO 17442)")
    if _mod97(value) != 1:
        raise ValueError("the check digits of this LEI are wrong (ISO 17442, MOD 97-10)")
    return value


def kvk(value: str) -> str:
    """Return a number of the Dutch register of companies: 8 digits."""
    value = _digits(value)
    if not re.fullmatch(r"[0-9]{8}", value, re.ASCII):
        raise ValueError("a KvK number has 8 digits")
    return value


def kbo(value: str) -> str:
    """Return a number of the Belgian register of enterprises: 10 digits, the last two of which check the rest."""
    value = _digits(value).upper().removeprefix("BE")
    value = value.zfill(10) if re.fullmatch(r"[0-9]{9}", value, re.ASCII) else value
    if not re.fullmatch(r"[01][0-9]{9}", value, re.ASCII):
        raise ValueError("a KBO number has 10 digits and starts with 0 or 1")
    if 97 - int(value[:8]) % 97 != int(value[8:]):
        raise ValueError("the check digits of this KBO number are wrong (97 minus the rest by 97)")
    return value


def rcs(value: str) -> str:
    """Return a number of the register of companies of Luxembourg: a letter and digits."""
    value = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[A-Z][0-9]{1,6}", value, re.ASCII):
        raise ValueError("a Luxembourg RCS number is a letter and 1 to 6 digits, such as B12345")
    return value


def oin(value: str) -> str:
    """Return a number of Dutch government organisations: 20 digits."""
    value = _digits(value)
    if not re.fullmatch(r"[0-9]{20}", value, re.ASCII):
        raise ValueError("an OIN has 20 digits")
    return value


def rsin(value: str) -> str:
    """Return a number of Dutch legal entities: 9 digits that pass the check by 11."""
    value = _digits(value)
    if not re.fullmatch(r"[0-9]{9}", value, re.ASCII):
        raise ValueError("an RSIN has 9 digits")
    weighted = sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), value, strict=True))
    if weighted % 11:
        raise ValueError("this RSIN fails its check by 11 (the elfproef)")
    return value


def euid(value: str) -> str:
    """Return a European unique identifier, with the number in it as its own register writes it."""
    value = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]*\.[0-9A-Z.\-_/]+", value, re.ASCII):
        raise ValueError("an EUID is a country code, a register, a dot and a number, such as NLNHR.12345678")
    if value[:2] not in _REGISTERS_JOINED:
        raise ValueError(f"'{value[:2]}' is no country of the EEA, whose business registers give EUIDs")
    register, _, number = value.partition(".")
    check = _NUMBERS_WITHIN.get(register)
    return f"{register}.{check(number)}" if check else value


_REGISTERS_JOINED: Final = frozenset(
    """AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK""".split()  # noqa: SIM905 - shorter than a list
)
"""The countries whose business registers are joined (Directive (EU) 2017/1132, article 22); Greece in two ways."""

_NUMBERS_WITHIN: Final = {"NLNHR": kvk, "BEKBOBCE": kbo, "LURCSL": rcs}
"""What the number in an EUID must be, by the register that gives it."""


def vat(value: str) -> str:
    """Return a VAT number without blanks, dots and hyphens; of the European Union, in its one spelling."""
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
    from stdnum.eu import vat as rules  # noqa: PLC0415 - it takes a while, and few ids are VAT numbers
    from stdnum.exceptions import InvalidChecksum, ValidationError  # noqa: PLC0415 - likewise

    try:
        return str(rules.validate(where + value[2:]))
    except InvalidChecksum as error:
        raise ValueError(f"the check digits of this VAT number are wrong, by the rule of {where}") from error
    except ValidationError as error:
        raise ValueError(f"this is no VAT number of {where}, whose numbers have other digits or letters") from error


_VAT_AREA: Final = frozenset(
    # Greece writes EL, Northern Ireland XI.
    """AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI""".split()  # noqa: SIM905
)


def siret(value: str) -> str:
    """Return a number of a French branch: 14 digits that pass the check of Luhn."""
    value = _digits(value)
    if not re.fullmatch(r"[0-9]{14}", value, re.ASCII):
        raise ValueError("a SIRET has 14 digits: the SIREN of the company and 5 of the branch")
    from stdnum.exceptions import ValidationError  # noqa: PLC0415 - as above
    from stdnum.fr import siret as rules  # noqa: PLC0415 - as above

    try:
        return str(rules.validate(value))
    except ValidationError as error:
        raise ValueError("the check digit of this SIRET is wrong (Luhn)") from error


def vestiging(value: str) -> str:
    """Return a number of a branch in the Dutch register: 12 digits."""
    value = _digits(value)
    if not re.fullmatch(r"[0-9]{12}", value, re.ASCII):
        raise ValueError("a number of a branch in the Dutch register (vestigingsnummer) has 12 digits")
    return value


def domain(value: str) -> str:
    """Return a domain in lower case and in ASCII, without the dot at its end."""
    value = value.strip().rstrip(".").lower()
    value = value if value.isascii() else _a_labels(value)
    label = r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?"
    if len(value) > 253 or not re.fullmatch(rf"{label}(?:\.{label})*", value, re.ASCII):
        raise ValueError("a domain has dots between labels of letters, digits and hyphens, such as example.nl")
    return value


_DEVIATIONS: Final = frozenset("\u00df\u03c2\u200c\u200d")
"""What IDNA 2003 reads as something else: sharp s, final sigma, joiners (UTS 46, section 7)."""


def _a_labels(name: str) -> str:
    """Return a domain in ASCII by IDNA 2008 (RFC 5891), case and width mapped first (UTS 46, not transitional).

    What IDNA 2008 forbids and IDNA 2003 writes in one way only is read in that way, since
    such names are in use: emoji, and letters beside an underscore.
    """
    import idna  # noqa: PLC0415 - its tables take a while, and few domains are not ASCII

    labels = []
    try:
        for label in idna.uts46_remap(name, std3_rules=False, transitional=False).split("."):
            try:
                labels.append(label if label.isascii() else idna.alabel(label).decode("ascii"))
            except idna.IDNAError:
                if not _DEVIATIONS.isdisjoint(label):
                    raise
                labels.append(label.encode("idna").decode("ascii"))
    except UnicodeError as error:  # an IDNAError is one
        raise ValueError(f"this domain cannot be written in ASCII (IDNA 2008): {error}") from error
    return ".".join(labels)


def place(value: str) -> str:
    """Return a code of ISO 3166 in capitals, and the name of any other place as it is (a data centre DC-1)."""
    value = text(value)
    if re.fullmatch(r"[A-Za-z]{2}", value, re.ASCII):
        if value.upper() not in countries():
            raise ValueError("two letters are a code of ISO 3166-1, which has no such country: write another name")
        return value.upper()
    region = re.fullmatch(r"([A-Za-z]{2})-[A-Za-z0-9]{1,3}", value, re.ASCII)
    return value.upper() if region and region[1].upper() in countries() else value
