"""Which municipality has which domain, and by what it is known."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from depgraph.ids import mint, value_of
from importers.internet.suppliers import supplier_of_domain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importers.municipal_mail.measurements import Municipality


def told_apart(municipalities: Iterable[Municipality]) -> list[Municipality]:
    """Return the municipalities, marked where their mail domain does not say which one it is.

    A domain that several have (they work together), or that is a supplier's (``gmail.com``),
    is nobody's name: such municipalities are known by their codes, each as itself.
    """
    found = list(municipalities)
    times = Counter(municipality.domain for municipality in found)
    return [one._replace(shared=times[one.domain] > 1 or supplier_of_domain(one.domain) is not None) for one in found]


def party_id(municipality: Municipality) -> str:
    """Return the id of a municipality: its domain, or its code where it has none that is its own."""
    if municipality.domain and not municipality.shared:
        return mint("domain", municipality.domain)
    return mint("name", municipality.code)


def key_of(municipality: Municipality) -> str:
    """Return what the ids of a municipality's functions begin with."""
    return value_of(party_id(municipality))
