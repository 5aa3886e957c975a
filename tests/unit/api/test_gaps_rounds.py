"""What replies of audited bodies did is told with what to ask, over HTTP as by the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from depgraph.model import Facts, Import, Marking
from depgraph.usecases.questions.gaps import rank_gaps
from depgraph.usecases.replies import CLEARING, rounds_of, with_rounds
from depgraph.usecases.view import open_view
from tests.unit.api.conftest import need

if TYPE_CHECKING:
    from depgraph.stores.sqlite import SqliteStore
    from tests.unit.api.conftest import Ask


def test_replies_are_told_as_the_use_case_tells_them(own_ask: Ask, store: SqliteStore) -> None:
    assert "rounds" not in own_ask("gaps").json()["meta"]
    answer = need("service:Hosting", "name:Grid", "uses", "reply.csv:2", "all", requirement="power")
    reply = Import(CLEARING, "name:Grid", "2026-02-01", Marking(), 50, "CC0-1.0")
    store.replace(reply, [Facts(needs=(answer,))])
    meta = own_ask("gaps").json()["meta"]
    (told,) = meta["rounds"]
    assert (told["organisation"], told["answered"], told["revision"]) == ("name:Grid", "2026-02-01", 2)
    assert told["width_before"] != told["width_after"]
    assert any(note.startswith("reply of name:Grid (2026-02-01): all scores of parties ") for note in meta["notes"])
    view = open_view(store)
    expected = json.loads(json.dumps(with_rounds(rank_gaps(view, limit=0), rounds_of(store, view)).meta.plain()))
    assert (meta["rounds"], meta["notes"]) == (expected["rounds"], expected["notes"])
