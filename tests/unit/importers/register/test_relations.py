"""Relations by the kinds of both ends: each default is allowed, and nothing that the model forbids is."""

from __future__ import annotations

from itertools import product

import pytest

from depgraph.model import RELATION_ENDS, Kind, Relation
from importers.register.relations import relation_of

PARTY, FUNCTION, SERVICE, PRODUCT, PLACE = Kind


@pytest.mark.parametrize(
    ("dependent", "provider", "expected"),
    [
        (PARTY, PARTY, "uses"),
        (PARTY, SERVICE, "uses"),
        (FUNCTION, PARTY, "uses"),
        (FUNCTION, SERVICE, "uses"),
        (SERVICE, PARTY, "provided_by"),
        (SERVICE, SERVICE, "built_on"),
        (SERVICE, PRODUCT, "built_on"),
        (PARTY, PLACE, "located_in"),
        (PRODUCT, PLACE, "located_in"),
        (PLACE, PLACE, "located_in"),
        (FUNCTION, None, "uses"),
        (SERVICE, None, "provided_by"),
    ],
)
def test_the_default_follows_from_the_kinds(dependent: Kind, provider: Kind | None, expected: str) -> None:
    assert relation_of("", dependent, provider) == expected


def test_a_relation_is_accepted_exactly_where_the_model_allows_it() -> None:
    for relation, dependent, provider in product(Relation, Kind, Kind):
        dependents, providers = RELATION_ENDS[relation]
        if dependent in dependents and provider in providers:
            assert relation_of(f" {relation.upper()} ", dependent, provider) is relation
        else:
            with pytest.raises(ValueError, match=f"'{relation}' goes from"):
                relation_of(relation, dependent, provider)


def test_a_default_is_allowed_by_the_model_or_there_is_none() -> None:
    for dependent, provider in product(Kind, Kind):
        try:
            relation = relation_of("", dependent, provider)
        except ValueError:
            assert not any(dependent in ends[0] and provider in ends[1] for ends in RELATION_ENDS.values())
        else:
            assert dependent in RELATION_ENDS[relation][0]
            assert provider in RELATION_ENDS[relation][1]


def test_an_unknown_provider_may_be_of_any_kind_that_the_relation_has() -> None:
    assert relation_of("built_on", SERVICE, None) is Relation.BUILT_ON
    with pytest.raises(ValueError, match=r"'built_on' goes from a service to .*, not from a party to an unknown"):
        relation_of("built_on", PARTY, None)


def test_there_is_no_other_relation() -> None:
    with pytest.raises(ValueError, match="'needs' is not known: use one of run_by, uses,"):
        relation_of("needs", PARTY, PARTY)
