"""The reports that the command offers are those that there are."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from cli.reporting import report
from depgraph.errors import UsageError
from depgraph.reports.kinds import KINDS, asked_of
from depgraph.usecases.viewers import COMMUNITY


def test_the_command_offers_every_report() -> None:
    kind = get_type_hints(report)["kind"]
    assert get_args(kind) == tuple(KINDS)


def test_each_is_made_as_seen_by_whom_it_is_for() -> None:
    asked, viewer = asked_of("hub", {"hub": "care", "sector": "", "supplier": ""}, as_keeper=False)
    assert asked == {"hub": "care"}
    assert viewer
    assert viewer.hubs == ("care",)
    assert asked_of("procurement", {"supplier": "x"}, as_keeper=False)[1] is COMMUNITY
    assert asked_of("procurement", {"supplier": "x"}, as_keeper=True)[1] is None
    assert asked_of("auditor", {}, as_keeper=False)[1] is None


def test_what_a_report_lacks_or_does_not_take_is_named() -> None:
    with pytest.raises(UsageError, match="report procurement is about one supplier: name it with --supplier"):
        asked_of("procurement", {"supplier": ""}, as_keeper=False)
    with pytest.raises(UsageError, match="report hub does not take --service-type: it takes --hub, --sector"):
        asked_of("hub", {"hub": "care", "service_type": "mail"}, as_keeper=False)
    with pytest.raises(UsageError, match="there is no report 'board': use auditor, hub, procurement"):
        asked_of("board", {}, as_keeper=False)
