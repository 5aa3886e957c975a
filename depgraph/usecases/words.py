"""The words that questions take, as commands and queries offer them; it loads nothing, so that help is fast."""

from __future__ import annotations

from typing import Literal

By = Literal["party", "group", "hyperscaler", "country", "place", "service", "product"]
"""What fails together, as `depgraph.analytics.basis.units.By`."""

Reference = Literal["party", "group", "hyperscaler", "country", "product", "place"]
"""Whose shares of a market are measured."""

Market = Literal["service-type", "sector", "both", "none"]
"""What makes a market, as `depgraph.analytics.measures.markets.MarketBy`."""

Weight = Literal["count", "cost", "people", "criticality"]
"""What a dependant weighs, as `depgraph.analytics.basis.weights.Weight`."""

Tier = Literal["direct", "all"]
"""Direct suppliers, or everyone behind them."""

Measure = Literal["pagerank", "betweenness", "closeness", "degree", "katz", "core"]
"""Which centrality, as `depgraph.analytics.measures.centrality.Measure`."""

Resolution = Literal["decided", "likely", "strict"]
"""Which parties are one: by identifiers and decisions, by likely candidates too, or by identifiers alone."""

Evidence = Literal["stated", "documented", "tested"]
"""How well redundancy and fallbacks are known, as `depgraph.model.EVIDENCE`."""

RegisterScope = Literal["ind", "con"]
"""Which register of an entity counts: its own, or that of its group."""

Over = Literal["dates", "revisions"]
"""Along what a figure is followed."""

Kind = Literal["auditor", "hub", "procurement"]
"""For whom a report is, as `depgraph.reports.kinds.KINDS`."""
