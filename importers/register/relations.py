"""Which relation a need has, by the kinds of its two ends."""

from __future__ import annotations

from depgraph.model import DEFAULT_RELATIONS, RELATION_ENDS, Kind, Relation
from importers.readers import values


def relation_of(written: str, dependent: Kind, provider: Kind | None) -> Relation:
    """Return the relation of a need; an empty text is the default of the two kinds.

    Parameters
    ----------
    provider : Kind or None
        None is an unknown provider, which may be of any kind.

    Raises
    ------
    ValueError
        If there is no such relation, or it does not join these kinds.

    Examples
    --------
    >>> str(relation_of("", Kind.SERVICE, Kind.PARTY))
    'provided_by'
    >>> relation_of("", Kind.PARTY, Kind.PRODUCT)
    Traceback (most recent call last):
    ValueError: no relation goes from a party to a product: name the service between them

    """
    relation = Relation(values.word(written, tuple(Relation))) if written.strip() else _default(dependent, provider)
    dependents, providers = RELATION_ENDS[relation]
    if dependent in dependents and (provider is None or provider in providers):
        return relation
    ends = f"{_listed(dependents)} to {_listed(providers)}, not from {_listed({dependent})} to {_listed({provider})}"
    cure = "write the scheme of the id where its kind is wrong, such as service:mail"
    raise ValueError(f"'{relation}' goes from {ends}: {cure}")


def _default(dependent: Kind, provider: Kind | None) -> Relation:
    relation = DEFAULT_RELATIONS.get((dependent, provider or Kind.PARTY))
    if relation is None:
        raise ValueError(f"no relation goes from {_listed({dependent})} to {_listed({provider})}: {_cure(dependent)}")
    return relation


def _cure(dependent: Kind) -> str:
    if dependent in (Kind.PARTY, Kind.FUNCTION):
        return "name the service between them"
    return "write the scheme of the id where its kind is wrong, such as service:mail"


def _listed(kinds: set[Kind] | set[Kind | None] | frozenset[Kind]) -> str:
    return " or ".join(f"a {kind}" if kind else "an unknown" for kind in sorted(kinds, key=str))
