"""The reports that the command and the API offer are those that there are."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from api.jobs.reporting import ReportAsked
from cli.reporting import report
from depgraph.errors import UsageError
from depgraph.graph import may_see
from depgraph.reports.kinds import KINDS, asked_of
from depgraph.reports.making import asked_with
from depgraph.usecases.viewers import COMMUNITY, viewer_of, words_of
from tests.unit.usecases.test_visible import MARKINGS


def test_the_command_offers_every_report() -> None:
    kind = get_type_hints(report)["kind"]
    assert get_args(kind) == tuple(KINDS)


def test_the_api_offers_every_report() -> None:
    assert get_args(ReportAsked.model_fields["kind"].annotation) == tuple(KINDS)


def test_each_is_made_as_seen_by_whom_it_is_for() -> None:
    asked, viewer = asked_of("hub", {"hub": "care", "sector": "", "supplier": ""}, as_keeper=False)
    assert asked == {"hub": "care"}
    assert viewer
    assert viewer.hubs == ("care",)
    assert asked_of("procurement", {"supplier": "x"}, as_keeper=False)[1] is COMMUNITY
    assert asked_of("procurement", {"supplier": "x"}, as_keeper=True)[1] is None
    assert asked_of("auditor", {}, as_keeper=False)[1] is None


@pytest.mark.parametrize(
    ("kind", "asked"), [("hub", {"hub": "care"}), ("procurement", {"supplier": "x"}), ("auditor", {})]
)
def test_whom_a_report_is_made_for_sees_what_as_calls_them_sees(kind: str, asked: dict[str, str]) -> None:
    words, viewer = KINDS[kind].seen_as(asked).split(), asked_of(kind, asked, as_keeper=False)[1]
    called = viewer_of(words) if words else None
    assert [may_see(called, marking) for marking in MARKINGS.values()] == [
        may_see(viewer, marking) for marking in MARKINGS.values()
    ]


@pytest.mark.parametrize(
    ("kind", "words", "made_as"),
    [
        ("hub", "hub:care ceiling:tlp:amber", "hub:care ceiling:tlp:amber"),
        # Nobody else is that hub: what the hub may see of what he may.
        ("hub", "hub:water", ""),
        ("hub", "organisation:Ede hub:care", ""),
        ("hub", "auditor hub:care", ""),
        ("hub", "operator", ""),
        ("procurement", "organisation:Ede hub:care", "organisation:Ede hub:care ceiling:tlp:green"),
        ("procurement", "operator ceiling:tlp:clear", "operator ceiling:tlp:clear"),
        ("auditor", "organisation:Ede hub:care", "organisation:Ede hub:care"),
    ],
)
def test_whoever_asks_is_who_sees_it_as_far_as_it_is_for_him(kind: str, words: str, made_as: str) -> None:
    given = {"hub": {"hub": "care"}, "procurement": {"supplier": "x"}, "auditor": {}}[kind]
    viewer = asked_of(kind, given, as_keeper=False, viewer=viewer_of(words.split()))[1]
    assert viewer
    assert words_of(viewer) == tuple(made_as.split())
    assert made_as or viewer.hubs == ("care",)


def test_what_a_report_lacks_or_does_not_take_is_named() -> None:
    with pytest.raises(UsageError, match="report procurement is about one supplier: name it with --supplier"):
        asked_of("procurement", {"supplier": ""}, as_keeper=False)
    with pytest.raises(UsageError, match="report hub does not take --service-type: it takes --hub, --sector"):
        asked_of("hub", {"hub": "care", "service_type": "mail"}, as_keeper=False)
    with pytest.raises(UsageError, match=f"there is no report 'none': use {', '.join(KINDS)}"):
        asked_of("none", {}, as_keeper=False)


def test_only_a_kind_that_tells_changes_is_asked_since_when() -> None:
    asked = asked_with("auditor", {}, as_keeper=False, packed=False, since="1")
    assert asked.since
    assert asked.since.moment == "1"
    with pytest.raises(UsageError, match="report hub does not take --since: report auditor does"):
        asked_with("hub", {"hub": "care"}, as_keeper=False, packed=False, since="1")
