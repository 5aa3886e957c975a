"""What the auditor's page says, in words, of what there is and of what there is not."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from depgraph.graph import Graph
from depgraph.reports.html import render
from depgraph.testing import graph
from depgraph.usecases.auditor.report import report_to_auditor
from depgraph.usecases.replies import Remark, Replies, Round
from depgraph.usecases.view import KEEPER, View

PEOPLED = {"f1": {"people": 100, "fallback": "operating", "fallback_hours": 6}, "f2": {"people": 30}}


class Reader(HTMLParser):
    """Collects tags, words, links within the page, and what they may lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            elif name == "aria-labelledby":
                self.links += [f"#{each}" for each in (value or "").split()]
            elif name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page(small: Graph) -> Reader:
    reader = Reader()
    reader.feed(render("auditor.html", report=report_to_auditor(View(small, KEEPER, 1, (), ()))))
    return reader


def said(small: Graph) -> str:
    return " ".join(" ".join(page(small).words).split())


def test_every_link_leads_to_something_and_every_id_is_one() -> None:
    sectors = {"a": {"sector": "north"}, "b": {"sector": "south"}}
    reader = page(graph("f1@a f1>x|y f2@b f2>y", {**sectors, "f1": {"people": 7}}))
    assert {"#method-pairs", "#method-outage", "#method-simulate", "#method-causes_of"} <= set(reader.links)
    assert all(link.startswith("#") for link in reader.links)
    assert {link.removeprefix("#") for link in reader.links} <= set(reader.ids)
    assert len(reader.ids) == len(set(reader.ids))
    assert reader.tags.count("desc") == reader.tags.count("svg") > 0, "each chart is described"


def test_what_is_assumed_is_called_so() -> None:
    """One of two functions has a fallback on record."""
    text = said(graph("f1@a f1>x f2@b f2>x", PEOPLED))
    assert "Assumed, and not in the data: each function whose fallback nobody declared (1 of 2 here)" in text
    assert "carries on with it for 48 hours" in text
    assert "Assumed, and not in the data: each party is down by itself for 24 hours 0.2 times a year;" in text
    assert "at any moment all of a group is down at once with probability 0.05 %;" in text


def test_the_table_of_the_outage() -> None:
    """F1 falls at hour 6 and f2 at once, or at hour 48: 100 x 498 + 30 x 504, or 30 x 456."""
    text = said(graph("f1@a f1>x f2@b f2>x", PEOPLED))
    assert "The first of the functions is down from hour 0 hour 6" in text
    assert "Functions stopped within a day 2 1" in text
    assert "Functions stopped within a week 2 2" in text
    assert "Functions stopped within a month (30 days) 2 2" in text
    assert "Functions down as the three weeks end 2 2" in text
    assert "People-hours lost 64,920 63,480" in text
    assert "People who lack a function if x is gone for three weeks, with the fallbacks assumed" in text


def test_both_ends_of_a_pair_are_called_no_bounds() -> None:
    text = said(graph("f1@a f1>?(x,y)"))
    assert "The two numbers of a cell are two ends, and not bounds" in text
    assert "x y 1 0 100.0 % 0 %" in text


def test_nothing_is_told_in_words_too() -> None:
    text = said(graph("f1@a f1>p1"))
    assert "No two groups stop anything together that neither of them stops alone" in text
    assert "No group stops anything in this population by itself." in text


def test_nobody_falls_with_what_every_fallback_outlasts() -> None:
    attributes = {"f1": {"fallback": "operating", "fallback_hours": 900}}
    assert "As recorded, nothing in this population goes down." in said(graph("f1@a f1>x", attributes))


def test_a_page_without_functions() -> None:
    text = said(graph("a>x b>?(x,y)"))
    assert "No functions are recorded here, so that there is no curve of them" in text
    assert "Organisations down as the three weeks end 1 to 2" in text
    assert "whose fallback nobody declared" not in text


def test_people_whom_nobody_counted_are_unknown() -> None:
    text = said(graph("f1@a f1>x f2@b f2>x", {"f1": {"people": 100}}))
    assert "People-hours lost at least 50,400 at least 45,600" in text
    assert "They have no upper bound where the people served are not known." in text
    assert "People-hours lost unknown unknown" in said(graph("f1@a f1>x"))
    assert re.search(r"People at least [0-9.]+ ", text)
    assert "People who lack a function" not in text


@pytest.mark.parametrize("name", ["</title><script>alert(1)</script>", '"><b onload=x>'])
def test_a_name_in_a_chart_is_no_markup(name: str) -> None:
    small = graph("f1@a f1>x", {"x": {"name": name}})
    html = render("auditor.html", report=report_to_auditor(View(small, KEEPER, 1, (), ())))
    assert name not in html
    assert f"Functions down if {name} is gone" in said(small)


def test_remarks_stand_there_as_they_were_written() -> None:
    written = {
        "\n one\n\ttwo\n\n": "\n one\n\ttwo\n\n",
        "one\r\ntwo\r\n": "one\ntwo\n",
        "one\x0ctwo\u2028three\x85four\x1cfive\rsix": "one\\u000ctwo\\u2028three\\u0085four\\u001cfive\\u000dsix",
        "a < b &amp; c\n": "a < b &amp; c\n",
    }
    report = report_to_auditor(View(graph("f1@a f1>x"), KEEPER, 1, (), ()))
    remarks = tuple(Remark("name:a", "name:f1", remark, "reply.xlsx:2") for remark in written)
    rounds = (Round(organisation="name:a", answered="2026-01-01", revision=1, width_before=None, width_after=None),)
    reader = Reader()
    reader.feed(render("auditor.html", report=replace(report, replies=Replies(rounds=rounds, remarks=remarks))))
    assert {*written.values()} <= {*reader.words}
