"""HTML from templates: one file that opens offline, everything escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from depgraph.reports.areas import exceedance_areas, timeline_areas
from depgraph.reports.charts import amount_range, count_range, hour_range, interval_bars, percent, percent_range
from depgraph.usecases.legible import legible
from depgraph.usecases.simulation import interval

if TYPE_CHECKING:
    from depgraph.usecases.concentration import Shares
    from depgraph.usecases.spof import Ranking


def render(template: str, **values: Any) -> str:
    """Return a template filled in; a name that is not given is an error."""
    environment = Environment(
        loader=PackageLoader("depgraph.reports"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=lambda value: legible(value) if isinstance(value, str) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "interval_bars": interval_bars,
        "percent_range": percent_range,
        "count_range": count_range,
        "amount_range": amount_range,
        "hour_range": hour_range,
        "timeline_areas": timeline_areas,
        "exceedance_areas": exceedance_areas,
        "interval": interval,
        "score_bars": _score_bars,
        "share_bars": _share_bars,
    }
    environment.filters["count"] = lambda value: f"{value:,}"
    environment.filters["plain_number"] = lambda value: f"{value:,g}"
    environment.filters["percent"] = percent
    return environment.get_template(template).render(**values)


def _score_bars(ranking: Ranking) -> list[tuple[str, float, float]]:
    return [(row.name, row.score_lower, row.score_upper) for row in ranking.rows]


def _share_bars(shares: Shares) -> list[tuple[str, float, float]]:
    return [(row.name, row.share_lower, row.share_upper) for row in shares.rows]
