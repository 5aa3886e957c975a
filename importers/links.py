"""Needs and ties by keyword: what a source does not say is left open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.model import Need, Tie

if TYPE_CHECKING:
    from depgraph.model import Relation, TieKind


def need(
    dependent: str,
    provider: str,
    relation: Relation | None = None,
    *,
    record: str,
    requirement: str = "",
    at_least: str = "",
    service_type: str = "",
    share: float | None = None,
    cost_eur: float | None = None,
    valid_from: str | None = None,
    valid_to: str | None = None,
    confidence: float = 1.0,
) -> Need:
    """Return what a record says of one need; `depgraph.model.Need` says what a field left out means.

    Examples
    --------
    >>> need("name:Town", "name:Host", record="t.csv:2", at_least="any").at_least
    'any'

    """
    return Need(
        dependent,
        provider,
        relation or "",
        requirement,
        at_least,
        service_type,
        share,
        cost_eur,
        valid_from,
        valid_to,
        confidence,
        record,
    )


def tie(
    kind: TieKind,
    subject: str,
    object_: str,
    *,
    record: str,
    share: float | None = None,
    valid_from: str | None = None,
    valid_to: str | None = None,
) -> Tie:
    """Return what a record says of one tie: `subject` has owner, is owned by or is part of `object_`."""
    return Tie(kind, subject, object_, share, valid_from, valid_to, record)
