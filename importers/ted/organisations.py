"""Buyers and contractors of a notice of TED, and a contractor that is the group of the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from depgraph.countries import country
from depgraph.names import bare_words, words_of
from importers.procurement.award import Organisation
from importers.procurement.parties import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importers.readers.elements import Element

_ROLE: Final = re.compile(
    r"\s*\((?:(?:group|consortium|project)?\s*lead(?:er)?|mandataire|co-?\s?traitante?|chef de file|penvoerder"
    r"|capogruppo|mandante|mandataria|member|membre|lid|partner|federführend|konsortialführer)\)\s*$",
    re.IGNORECASE,
)
"""What a name says of the role in a group, behind the name."""

_GROUP: Final = re.compile(
    r"(?:consortium|konsortium|groupement|combinatie|samenwerkingsverband|bietergemeinschaft|arge|raggruppamento|rti|ati|ute"
    r"|temporary association|tijdelijke (?:vereniging|maatschap|handelsvennootschap)|joint venture|konsorcjum)\b",
    re.IGNORECASE,
)
"""What the name of a group begins with, in the languages of TED."""


def organisation(element: Element, label: str) -> Organisation:
    """Return what an address says of an organisation; older schemas have a part for its name."""
    inner = element.first("ORGANISATION") or element
    name = element.said("OFFICIALNAME") or inner.said("OFFICIALNAME") or (inner.text if inner is not element else "")
    number = element.said("NATIONALID") or inner.said("NATIONALID")
    where = _country(element)
    own = identifier("", number, where) if number else ""
    return Organisation(
        f"line {element.line}",
        _ROLE.sub("", name),
        f"{label}:{element.line}",
        where,
        (own,) if own else (),
    )


def members(contractors: Iterable[Organisation], *, together: bool) -> tuple[list[Organisation], list[Organisation]]:
    """Return the suppliers among contractors, and those that are the group of the others and no supplier more.

    Parameters
    ----------
    together : bool
        Whether the contract was awarded to a group: then what is called one is it.

    Examples
    --------
    >>> names = ("Consortium", "Host BV and Cloud NV", "Host BV", "Cloud")
    >>> suppliers, groups = members((Organisation("", name, "") for name in names), together=True)
    >>> [one.name for one in suppliers], [one.name for one in groups]
    (['Host BV', 'Cloud'], ['Consortium', 'Host BV and Cloud NV'])

    """
    listed = list(contractors)
    bare = [f" {' '.join(bare_words(one.name))} " for one in listed]
    groups = []
    for at, one in enumerate(listed):
        mine = f" {' '.join(words_of(one.name))} "
        named = {other for place, other in enumerate(bare) if place != at and other.strip() and other in mine}
        if (together and len(listed) > 1 and _GROUP.match(one.name)) or len(named - {bare[at]}) > 1:
            groups.append(one)
    suppliers = [one for one in listed if one not in groups]
    return (suppliers, groups) if suppliers else (listed, [])


def _country(element: Element) -> str:
    found = element.first("COUNTRY")
    try:
        return country(found.attributes.get("VALUE", "")) if found else ""
    except ValueError:
        return ""
