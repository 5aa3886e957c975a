"""Every route, called as the document says and as it does not, by every role: no fault, and nothing it does not say.

`make fuzz` makes a hundred thousand such calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.transport import Response

from depgraph.model import Facts, Import, Label, Marking, Node
from depgraph.stores.sqlite import SqliteStore
from tests.fuzz.calls import ROLES, SETTINGS, Calls


@pytest.fixture(scope="module", params=ROLES)
def calls(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, facts: tuple[Import, list[Facts]]
) -> Iterator[Calls]:
    """Give an API over facts that everybody may see and facts that some may."""
    with closing(SqliteStore(tmp_path_factory.mktemp("fuzz") / "facts.sqlite")) as store:
        store.replace(*facts)
        closed = facts[0]._replace(part="care", marking=Marking(Label.AMBER, hubs=("care",)))
        store.replace(closed, [Facts(nodes=(Node("name:Grid", {"name": "Grid", "country": "BE"}, "c.csv:2"),))])
        with closing(Calls(store, request.param)) as made:
            yield made


@settings(SETTINGS, max_examples=30)
@given(data=st.data())
def test_every_answer_is_as_the_document_says(calls: Calls, data: st.DataObject) -> None:
    case = data.draw(calls.cases)
    calls.check(case, calls.send(case))


def test_so_is_every_answer_on_the_way_along_the_links(calls: Calls) -> None:
    calls.walk(3)
    assert any(status == 200 for _, status in calls.statuses)


def test_a_fault_or_an_answer_that_the_document_does_not_say_is_found(calls: Calls) -> None:
    """Each check can fail."""
    operation = next(each for each in calls.operations() if each.path == "/nodes")
    case = operation.Case(query={})
    answer = _in_json(calls, case)
    calls.check(case, answer)
    for harm in (
        {"status_code": 500},
        {"status_code": 503},
        {"status_code": 418, "content": b"{}"},
        {"content": answer.content.replace(b'"rows"', b'"lines"')},
        {"headers": {**answer.headers, "content-type": ["text/html"]}},
    ):
        broken = _in_json(calls, case)
        for name, value in harm.items():
            setattr(broken, name, value)
        broken.clear_cache()
        with pytest.raises((AssertionError, BaseExceptionGroup)):
            calls.check(case, broken)


def _in_json(calls: Calls, case: Case) -> Response:
    """Send a call until its answer is JSON: some of eight are asked for otherwise."""
    return next(
        answer
        for answer in (calls.send(case) for _ in range(8))
        if answer.headers["content-type"][0].startswith("application/json")
    )
