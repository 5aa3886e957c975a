"""A hundred thousand calls of the API, by every role in turn: ``make fuzz``, or ``python -m tests.fuzz --calls N``.

Prints one JSON object: how many calls in how many seconds, which statuses came, which operations nobody was answered
on, what ended a round of calls early since the generator could not make the next, and every finding once; ends with 1
if there is one. Ctrl-C or SIGTERM ends it where it is.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis.errors import UnsatisfiedAssumption

from depgraph.model import Facts, Label, Marking, Node
from depgraph.stores.sqlite import SqliteStore
from tests.fuzz.calls import ROLES, SETTINGS, Calls
from tests.unit.api.conftest import FACTS, run

if TYPE_CHECKING:
    from schemathesis import Case

_CHUNK = 200


def main() -> None:
    """Call until there are enough."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    wanted = parser.parse_args().calls
    findings: dict[str, str] = {}
    not_made: Counter[str] = Counter()
    with TemporaryDirectory() as folder, ExitStack() as closed:
        store = closed.enter_context(closing(SqliteStore(Path(folder, "facts.sqlite"))))
        store.replace(run(), [FACTS])
        closer = run("care", "2026-02-01")._replace(marking=Marking(Label.AMBER, hubs=("care",)))
        store.replace(closer, [Facts(nodes=(Node("name:Grid", {"name": "Grid", "country": "BE"}, "c.csv:2"),))])
        roles = [closed.enter_context(closing(Calls(store, role))) for role in ROLES]
        began = time.monotonic()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            while (done := sum(sum(calls.statuses.values()) for calls in roles)) < wanted:
                calls = min(roles, key=lambda each: sum(each.statuses.values()))
                _call(calls, min(_CHUNK, wanted - done), findings, not_made)
                calls.tidy()
                spent = time.monotonic() - began
                sys.stderr.write(f"{done:,} of {wanted:,} calls in {spent:,.0f} s, {len(findings)} findings\n")
        statuses: Counter[str] = Counter()
        unanswered = {operation.label for operation in roles[0].operations()}
        for calls in roles:
            for (label, status), times in calls.statuses.items():
                statuses[str(int(status))] += times
                unanswered -= {label} if status < 300 else set()
    told = {
        "calls": sum(statuses.values()),
        "seconds": round(time.monotonic() - began),
        "statuses": dict(sorted(statuses.items())),
        "unanswered": sorted(unanswered),
        "not_made": dict(not_made),
        "findings": findings,
    }
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    sys.exit(bool(findings))


def _call(calls: Calls, count: int, findings: dict[str, str], not_made: Counter[str]) -> None:
    @settings(SETTINGS, max_examples=count)
    @given(calls.cases)
    def once(case: Case) -> None:
        try:
            calls.check(case, calls.send(case))
        except UnsatisfiedAssumption:
            raise
        except (AssertionError, Exception) as error:  # noqa: BLE001 - whatever it is, the others are called too
            findings.setdefault(f"{calls.role} {case.operation.label}: {error!s:.100}", f"{error!s:.2000}")

    try:
        once()
    except Exception as error:  # noqa: BLE001 - of what makes the calls: what a call itself raises is a finding above
        not_made[f"{error!s:.100}".split("\n")[0]] += 1
    try:
        calls.walk(count // 50)
    except (AssertionError, Exception) as error:  # noqa: BLE001 - likewise
        findings.setdefault(f"{calls.role} on the way: {error!s:.100}", f"{error!s:.2000}")


if __name__ == "__main__":
    main()
