"""HTML from templates: one file that opens offline, everything escaped."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from depgraph.counting import counted
from depgraph.reports.areas import exceedance_areas, timeline_areas
from depgraph.reports.figures import UNKNOWN, Named, heat_map, interval_bars, shortened, treemap
from depgraph.reports.isolating import isolated
from depgraph.reports.kinds import COMMAND, KINDS
from depgraph.reports.line import drawn
from depgraph.reports.numbers import (
    amount_range,
    count_range,
    counted_range,
    ends,
    hour_range,
    percent,
    percent_range,
    whole_percent_range,
)
from depgraph.reports.plainly import in_short
from depgraph.usecases.legible import legible
from depgraph.usecases.questions.references import CHECK, MEASURES
from depgraph.usecases.questions.simulation import interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.reports.figures import Bars
    from depgraph.usecases.answer import Answer, Meta
    from depgraph.usecases.auditor.populations import Population
    from depgraph.usecases.questions.check import Checked
    from depgraph.usecases.questions.concentration import Share
    from depgraph.usecases.questions.spof import SinglePoint


DRAWN: Final = 5
"""How many bars a chart has at most, besides what is unknown."""

ASKED: Final = ("command", "parameters", "as_of", "revision", "graph_digest", "version")
"""Keys of `meta` that tell how a report is made again."""

_THROUGH: Final = ("min_confidence", "accept", "tested_since", "scope", "resolution")
"""Parameters that say through what the store is looked at."""

_NARROW: Final = 480
"""How wide a trend is on a page, so that it can be read on a telephone."""

_FOOT: Final = 200
"""How many characters the foot of a page has at most."""


def render(template: str, *, report: Any) -> str:
    """Return a template filled in with a report; a name that it does not have is an error."""
    environment = Environment(
        loader=PackageLoader("depgraph.reports"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=lambda value: legible(value) if isinstance(value, str) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "percent_range": percent_range,
        "count_range": count_range,
        "amount_range": amount_range,
        "hour_range": hour_range,
        "whole_percent_range": whole_percent_range,
        "scores_drawn": _scores_drawn,
        "shares_drawn": _shares_drawn,
        "treemap": treemap,
        "heat_map": heat_map,
        "ends": ends,
        "timeline_areas": timeline_areas,
        "exceedance_areas": exceedance_areas,
        "trend_drawn": lambda trend: Markup(drawn(trend, width=_NARROW)),  # noqa: S704 - its texts are escaped
        "interval": interval,
        "in_short": in_short,
        "titled": titled,
        "sentence": sentence,
        "counted": counted,
        "counted_range": counted_range,
        "options": options,
        "explained_with": explained_with,
        "references": references,
        "referred": referred,
        "checked_references": checked_references,
        "json_text": lambda value: json.dumps(value, ensure_ascii=False),
        "quoted": shlex.quote,
        "css_text": css_text,
        "shortened": shortened,
        "page_foot": page_foot,
        "asked_json": asked_json,
        "valued": _valued,
    }
    environment.filters["count"] = lambda value: f"{value:,}"
    environment.filters["written"] = _written
    environment.filters["euros"] = lambda value: f"{value:,.0f}"
    environment.filters["plain_number"] = lambda value: f"{value:,g}"
    environment.filters["percent"] = percent
    return isolated(environment.get_template(template).render(report=report, meta=report.meta))


def _scores_drawn(rows: Sequence[SinglePoint]) -> Bars:
    """Return the scores of the first units as bars."""
    return interval_bars(Named(row.name, row.score_lower, row.score_upper) for row in rows[:DRAWN])


def _shares_drawn(rows: Sequence[Share], unknown: float) -> Bars:
    """Return the first shares of a market as bars, and what is unknown as a bar of its own."""
    shown = [Named(row.name, row.share_lower, row.share_upper) for row in rows[:DRAWN]]
    return interval_bars([*shown, Named(UNKNOWN, unknown, unknown, unknown=True)])


def references(answer: Answer[Any, Any], column: str, rows: Sequence[object] | None = None) -> tuple[str, ...]:
    """Return how depgraph explain calls a column of each row, or of those that are shown, quoted for a shell.

    None where it does not explain it.
    """
    named = answer.adds.reference
    return tuple(shlex.quote(referred(named, row, column)) for row in (answer.rows if rows is None else rows) if named)


def referred(named: str, row: object, column: str) -> str:
    """Return how depgraph explain calls one figure: with its column, and what else of the row stands in braces.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> referred("pairs/group/{column}/{first}/and/{second}", SimpleNamespace(first="{second}", second="b"), "score")
    'pairs/group/score/{second}/and/b'

    """
    return re.sub(r"\{(\w+)\}", lambda found: column if found[1] == "column" else str(getattr(row, found[1])), named)


def checked_references(row: Checked, columns: Sequence[str]) -> tuple[str, ...]:
    """Return how depgraph explain calls columns of a supplier, and of what its failure stops where anything does."""
    of_supplier = [column for column in columns if column in MEASURES[CHECK]]
    of_failure = [column for column in columns if column not in of_supplier and row.reference]
    return (
        *(f"{CHECK}/{column}/{row.id}" for column in of_supplier),
        *(referred(row.reference, row, column) for column in of_failure),
    )


def _written(text: str) -> Markup:
    """Return what somebody wrote with its tabs and line breaks, which are no less his than his words.

    A break of Windows is one too; what else moves text (a form feed, U+2028) is told as all over the page.
    """
    return Markup("&#9;").join(text.replace("\r\n", "\n").split("\t"))


def css_text(text: str) -> Markup:
    r"""Return text as a string of CSS, safe in a style element whatever it holds.

    Examples
    --------
    >>> css_text('a "b" </style>')
    Markup('"a\\20 \\22 b\\22 \\20 \\3c \\2f style\\3e "')

    """
    plain = (one if one.isascii() and one.isalnum() else f"\\{ord(one):x} " for one in legible(text))
    return Markup(f'"{"".join(plain)}"')  # noqa: S704 - nothing is left but letters, digits and escapes


def page_foot(meta: Meta[object]) -> str:
    """Return what stands at the foot of every page: what the report was made of, and with what."""
    asked = "".join(
        f", {name.replace('_', ' ')}{_valued(value)}"
        for name, value in meta.parameters.items()
        if name != "since_digest"
    )
    made = f"revision {meta.revision}, digest {meta.graph_digest[:16]}, depgraph {meta.version}"
    long = f". As of {meta.as_of}, {made}{asked}"
    return long if len(long) <= _FOOT else f"{long[: _FOOT - 1]}…"


def asked_json(meta: Meta[object]) -> str:
    """Return as JSON what a report was asked with, and of what: enough to make it again from the same store."""
    told = meta.plain()
    return json.dumps({name: told[name] for name in ASKED}, ensure_ascii=True)


def _valued(value: object) -> str:
    """Return the value of a parameter behind its name; that of a flag is that it is there."""
    if value is True:
        return ""
    return f" {', '.join(map(str, value)) if isinstance(value, tuple) else value}"


def titled(population: Population) -> str:
    """Return what a population is called."""
    named = [population.sector] if population.sector else []
    named += [f"hub {population.hub}"] if population.hub else []
    return ", ".join(named) or "All organisations"


def sentence(note: str) -> str:
    """Return a note as a sentence.

    Examples
    --------
    >>> sentence("5 of 9 units"), sentence("all is known.")
    ('5 of 9 units.', 'All is known.')

    """
    return note[:1].upper() + note[1:] + "." * (not note.endswith("."))


def options(meta: Meta[object]) -> str:
    """Return the options of a command that asks the same of the same facts, quoted for a shell."""
    asked = {**meta.parameters, "as_of": meta.as_of, "revision": meta.revision}
    for told in ("seen_by", "since_digest"):  # they follow from the kind of report or --as, and from an earlier report
        asked.pop(told, None)
    found = ""
    for name, value in asked.items():
        for each in value if isinstance(value, tuple) else (value,):
            found += f" --{name.replace('_', '-')}" + ("" if each is True else f" {shlex.quote(str(each))}")
    return found


def explained_with(meta: Meta[object], sector: str, hub: str, *, rung: bool = False) -> tuple[str, ...]:
    """Return the options, quoted for a shell, with which depgraph explain gives figures of a section of a report.

    Parameters
    ----------
    meta : Meta
        Of the report; a hub sees its own without being asked as whom, and so does whoever awards.
    sector, hub : str
        Of the section.
    rung : bool
        Whether the figures are at another rung of evidence than those of the report.

    """
    asked = dict(meta.parameters)
    own = "" if asked.get("as_keeper") else KINDS[meta.command.removeprefix(COMMAND)].seen_as(asked)
    seen_by = asked.get("as", ()) or filter(None, [own])
    given: list[tuple[str, object]] = [("sector", sector), ("hub", hub), *(("as", each) for each in seen_by)]
    given += [(name, asked.get(name)) for name in _THROUGH if not (rung and name == "accept")]
    return tuple(f"--{name.replace('_', '-')} {shlex.quote(str(value))}" for name, value in given if value)
