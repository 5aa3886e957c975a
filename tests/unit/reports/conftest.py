"""Pages of the report from small graphs and small registers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest

from depgraph.graph import Graph
from depgraph.ports import Given
from depgraph.reports.html import render
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.auditor.report import report_to_auditor
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.readings import readings
from depgraph.usecases.view import KEEPER, View, open_view
from importers.register import SOURCE

NEEDS = """dependent,provider,service_type,requirement,at_least,annual_cost_eur,valid_from,valid_to
function:Benefits,Alpha,S03,,,120000,,2026-06-30
function:Benefits,Beta,S17,,,80000,,
function:Permits,Alpha,S03,,,,,2027-09-30
function:Permits,Gamma,S03,,,5000,2020-01-01,2024-12-31
function:Permits,unknown:,S17,,,,,
Survey body,Alpha,S03,tool,any,20000,,
Survey body,Beta,S03,tool,any,10000,,
function:Benefits,Delta,S03,,,-5,,
"""
NODES = """id,kind,name,country,sector,hub,owner,people
function:Benefits,function,Benefits,,,,Agency,1000
function:Permits,function,Permits,,,,Town,
Agency,party,Agency,NL,central,north,,
Town,party,Town,NL,local,south,,
Survey body,party,Survey body,NL,research,north,,
"""


class Page(HTMLParser):
    """What a page shows: its text, tags, links within it, and each table as rows of cells below its headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.labels: list[str | None] = []
        self._cell = False
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.links += [named["href"] or ""] if "href" in named else []
        self.links += [f"#{each}" for each in (named.get("aria-labelledby") or "").split()]
        self.ids += [named["id"] or ""] if "id" in named else []
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            self._cell = True
            if tag == "td" and (named.get("class") or "").split(" ")[0] == "n":
                self.labels.append(named.get("data-of"))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._cell = False

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._cell:
            self.tables[-1][-1][-1] += data

    def table(self, *begins: str) -> list[list[str]]:
        """Return the first table whose headings begin so."""
        return next(each for each in self.tables if each[0][: len(begins)] == list(begins))


@pytest.fixture
def page() -> Callable[[Graph], Page]:
    """Return the page of a small graph."""
    return lambda small: Page(render("auditor.html", report=report_to_auditor(View(small, KEEPER, 1, (), ()))))


@pytest.fixture
def register(tmp_path: Path) -> Callable[..., Page]:
    """Return the page of a register of six needs in force, from which one bad row was left out."""

    def read(*, sector: str = "", hub: str = "", needs: str = NEEDS, rests: bool = False) -> Page:
        (tmp_path / "needs.csv").write_text(needs, encoding="utf-8")
        (tmp_path / "nodes.csv").write_text(NODES, encoding="utf-8")
        with closing(SqliteStore(":memory:")) as store:
            import_source(store, SOURCE, Given((tmp_path,)), today="2026-01-01", skip_bad=True)
            view = open_view(store)
            told = readings(store, view) if rests else None
            report = report_to_auditor(view, sector=sector, hub=hub, readings=told)
        return Page(render("auditor.html", report=report))

    return read
