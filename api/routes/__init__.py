"""One file per resource; `RESOURCES` lists them in the order of the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.routes import (
    blasts,
    centralities,
    checks,
    concentrations,
    cut_sets,
    differences,
    explanations,
    gaps,
    import_records,
    importances,
    matches,
    methods,
    needs,
    nodes,
    outages,
    pairs,
    paths,
    resolutions,
    simulations,
    single_points,
    sources,
    status,
    trends,
    what_ifs,
)

if TYPE_CHECKING:
    from fastapi import APIRouter

RESOURCES: Final[tuple[APIRouter, ...]] = (
    status.router,
    import_records.router,
    nodes.router,
    matches.router,
    needs.router,
    paths.router,
    single_points.router,
    blasts.router,
    gaps.router,
    outages.router,
    cut_sets.router,
    pairs.router,
    concentrations.router,
    centralities.router,
    simulations.router,
    importances.router,
    what_ifs.router,
    differences.router,
    resolutions.router,
    trends.router,
    checks.router,
    explanations.router,
    methods.router,
    sources.router,
)
