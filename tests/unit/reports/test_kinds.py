"""The reports that the command offers are those that there are."""

from __future__ import annotations

from typing import get_args, get_type_hints

from cli.reporting import report
from depgraph.reports.kinds import KINDS


def test_the_command_offers_every_report() -> None:
    kind = get_type_hints(report)["kind"]
    assert get_args(kind) == tuple(KINDS)
