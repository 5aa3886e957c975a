"""Imports over HTTP: into a part of one's own, all of it or nothing, beside what one may not see."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from depgraph.errors import UsageError
from depgraph.model import Facts, Import, Label, Marking, Node
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.keeping.outcome import flat, outcome_of
from depgraph.usecases.keeping.owned import OwnedStore
from depgraph.usecases.viewers import viewer_of
from importers import SOURCES
from tests.unit.api.conftest import FACTS, NOON
from tests.unit.api.imports.conftest import NEEDS, House, Killed


def test_what_is_imported_is_seen_and_told_as_the_command_tells_it(
    house: House, hub: str, key: dict[str, str], tmp_path: Path
) -> None:
    told = house.result(key, house.send(key, retrieved="2026-02-02", hub=hub))
    (tmp_path / "needs.csv").write_text(NEEDS, encoding="utf-8")
    own = SqliteStore(tmp_path / "own.sqlite")
    answer = import_source(
        own, next(one for one in SOURCES if one.name == "register"), Given((tmp_path / "needs.csv",)),
        today="2026-05-05", retrieved="2026-02-02", marking=Marking(Label.AMBER, hubs=(hub,)),
    )  # fmt: skip
    own.close()
    meta = {**told["meta"], "part": "", "revision": 1}
    job = house.ask("jobs", headers=key).json()["rows"][0]["id"]
    assert meta.pop("address") == f"http://localhost:8000/api/v1/imports/{job}/findings"
    assert meta == {"format": meta["format"], "command": "import", **json.loads(json.dumps(outcome_of(answer)))}
    assert [row for row in told["rows"] if row["code"] != "date-moved"] == [flat(one) for one in answer.findings]
    assert told["meta"]["revision"] == 2
    assert house.ask("nodes/name:Acme", headers=key).status_code == 200
    assert house.ask("nodes/name:Acme", headers=house.key("hub:south")).status_code == 404
    kept = [path for path in house.folder.rglob("*") if path.name == "needs.csv" or path.parent.name == "incoming"]
    assert kept == []


def test_two_hubs_import_one_source_and_neither_sees_replaces_or_learns_of_the_others(house: House) -> None:
    north, south = house.key("hub:north"), house.key("hub:south")
    before = len(house.parts())
    first = house.result(north, house.send(north, hub="north"))
    second = house.result(south, house.send(south, "dependent,provider\nname:Ede,name:Spy\n", hub="south"))
    assert len(house.parts()) == before + 2
    assert "north" not in json.dumps(second)
    assert "Acme" not in json.dumps(second)
    assert first["meta"]["revision"] == second["meta"]["revision"] == 2
    for key, own, others in ((north, "Acme", "Spy"), (south, "Spy", "Acme")):
        assert house.ask(f"nodes/name:{own}", headers=key).status_code == 200
        assert house.ask(f"nodes/name:{others}", headers=key).status_code == 404
        assert others not in house.ask("needs?dependent=name:Ede", headers=key).text
    # Again: each replaces its own.
    third = house.result(north, house.send(north, "dependent,provider\nname:Ede,name:Bolt\n", hub="north"))
    assert third["meta"]["part"] == first["meta"]["part"]
    assert third["meta"]["revision"] == 3
    assert len(house.parts()) == before + 2
    assert house.ask("nodes/name:Acme", headers=north).status_code == 404
    assert house.ask("nodes/name:Spy", headers=south).status_code == 200
    # Another's job and what it found are not there, as one that never was.
    job = house.ask("jobs", headers=north).json()["rows"][0]["id"]
    for path in ("jobs/{}/result", "imports/{}/findings"):
        unseen, unknown = (house.ask(path.format(each), headers=south) for each in (job, "a" * 26))
        assert unseen.status_code == unknown.status_code == 404
        assert unseen.text.replace(job, "a" * 26) == unknown.text


def test_a_part_that_was_marked_out_of_sight_is_neither_replaced_nor_mentioned(
    house: House, hub: str, key: dict[str, str]
) -> None:
    part = house.result(key, house.send(key, hub=hub))["meta"]["part"]
    house.store.replace(
        Import("register", part, "2026-03-03", Marking(Label.RED), 50, ""),
        [Facts(nodes=(Node("name:Acme", {"name": "Acme"}, "n.csv:2"),))],
    )
    assert house.ask("jobs", headers=key).json()["rows"] == []
    again = house.result(key, house.send(key, hub=hub))
    assert again["meta"]["part"] != part
    assert part not in json.dumps(again)
    assert again["meta"]["revision"] == 2
    assert {part, again["meta"]["part"]} < {*house.parts()}
    closed = next(one for one in house.store.describe().history if one.run.part == part and one.until is None)
    assert closed.run.marking.label is Label.RED


def test_what_is_hidden_while_it_is_read_is_not_replaced(store: SqliteStore) -> None:
    own = OwnedStore(store, viewer_of(["hub:north", "ceiling:tlp:amber"]), lambda number: "abcdefg" + "abc"[number])
    marking = Marking(Label.AMBER, hubs=("north",))
    assert own.part("register", "", marking) == "hub:north (abcdefga)"
    taken = Import("register", "hub:north (abcdefga)", "2026-01-01", Marking(Label.RED), 50, "")
    store.replace(taken, [FACTS])
    assert own.part("register", "", marking) == "hub:north (abcdefgb)"
    with pytest.raises(UsageError, match="was changed while it was read"):
        own.replace(taken._replace(marking=marking), [FACTS])
    assert store.describe().revision == 2


@pytest.mark.parametrize(
    ("words", "part", "name"),
    [
        ("hub:a", "b", "hub:a/b (aaaaaaaa)"),
        ("hub:a/b", "", "hub:a%2Fb (aaaaaaaa)"),
        ("organisation:Ede", "", "organisation:Ede (aaaaaaaa)"),
        ("operator", "x (bbbbbbbb)", "operator/x (bbbbbbbb) (aaaaaaaa)"),
    ],
)
def test_no_two_have_parts_of_one_name(store: SqliteStore, words: str, part: str, name: str) -> None:
    assert OwnedStore(store, viewer_of([words]), lambda _: "a" * 8).part("register", part, Marking()) == name


def test_what_the_keeper_closed_is_not_opened_again(house: House, hub: str, key: dict[str, str]) -> None:
    part = house.result(key, house.send(key, marking="tlp:green"))["meta"]["part"]
    closed = Import("register", part, "2026-03-03", Marking(Label.AMBER, hubs=(hub,)), 50, "")
    house.store.replace(closed, [Facts(nodes=(Node("name:Acme", {}, "n.csv:2"),))])
    before = house.store.describe()
    job = house.job(key, house.send(key, marking="tlp:green"))
    assert (job["state"], job["status"]) == ("failed", 400)
    assert "more would see it" in job["detail"]
    assert house.store.describe() == before


def test_a_dry_run_stores_nothing(house: House, hub: str, key: dict[str, str]) -> None:
    before = house.store.describe()
    told = house.result(key, house.send(key, hub=hub, dryRun="true"))
    assert (told["meta"]["revision"], told["meta"]["records"]) == (None, 1)
    assert house.store.describe() == before


def test_bad_rows_store_nothing_and_are_found_with_line_and_field(house: House, hub: str, key: dict[str, str]) -> None:
    before = house.store.describe()
    taken = house.send(key, "dependent,provider,share\nname:Ede,name:Acme,7\nname:Ede,,0.5\n", hub=hub)
    job = house.job(key, taken)
    assert (job["state"], job["status"], job["result"]) == ("failed", 400, "")
    assert house.store.describe() == before
    found = f"imports/{job['id']}/findings"
    answer = house.ask(f"{found}?pageSize=1", headers=key)
    assert answer.json()["rows"][0]["record"] == "needs.csv:2"
    rest = house.ask(f"{found}{answer.headers['link'].partition('<')[2].partition('>')[0]}", headers=key)
    assert [row["record"] for row in rest.json()["rows"]] == ["needs.csv:3"]
    assert str(house.folder) not in json.dumps(job) + answer.text + rest.text
    assert house.ask(found, headers={**key, "Accept": "text/csv"}).text.startswith("level,code,record")
    assert house.ask(f"jobs/{job['id']}/result", headers=key).status_code == 400
    # The good rows alone, where that is asked for.
    good = house.send(key, "dependent,provider\nname:Ede,\nname:Ede,name:Acme\n", hub=hub, skipBad="true")
    told = house.result(key, good)
    assert (told["meta"]["skipped"], told["meta"]["revision"]) == (1, 2)


@pytest.mark.parametrize("dies", ["before", "after"])
def test_an_import_that_is_killed_is_stored_whole_or_not_at_all_and_once(
    house: House, hub: str, key: dict[str, str], dies: str
) -> None:
    before = house.store.describe().revision
    house.doing.later = True
    taken = house.send(key, hub=hub)
    house.store.dies = dies
    with pytest.raises(Killed):
        house.doing.work()
    assert house.store.describe().revision == before + (dies == "after")
    house.store.dies = ""
    house.doing.work()
    told = house.result(key, taken)
    assert house.store.describe().revision == before + 1
    assert (told["meta"]["revision"], told["meta"]["records"]) == (2, 1)


def test_a_cancelled_import_stores_nothing(house: House, hub: str, key: dict[str, str]) -> None:
    before = house.store.describe()
    house.doing.later = True
    taken = house.send(key, hub=hub)
    assert house.ask(taken.headers["location"], method="DELETE", headers=key).status_code == 204
    house.doing.work()
    assert house.store.describe() == before


def test_what_an_import_found_is_a_table_too(house: House, hub: str) -> None:
    key = house.key("hub:" + hub)
    taken = house.send(key, NEEDS + ",name:Bolt\n", dryRun="true", skipBad="true", hub=hub)
    for path in (house.job(key, taken)["result"], f"imports/{taken.headers['location'].split('/')[-1]}/findings"):
        answer = house.ask(path, headers=key | {"Accept": "text/csv"})
        assert answer.status_code == 200, answer.text
        assert answer.text.splitlines()[0].startswith("level,code,record,field,message"), path
        assert answer.text.splitlines()[0].endswith(",marking"), path
        # Of what was found the audience is told too, as of every answer from a graph.
        marking = "tlp:amber" if path.endswith("result") else f"tlp:amber (hubs: {hub})"
        assert {line.rpartition(",")[2] for line in answer.text.splitlines()[1:]} == {marking}
    assert house.ask(path, headers=key).json()["meta"]["marking"] == {"label": "tlp:amber", "hubs": [hub]}


def test_the_same_files_to_the_same_graph_are_one_job(house: House, hub: str, key: dict[str, str]) -> None:
    house.doing.later = True
    one, two, other = (house.send(key, needs, hub=hub) for needs in (NEEDS, NEEDS, NEEDS + "name:Ede,name:Bolt\n"))
    assert one.headers["location"] == two.headers["location"] != other.headers["location"]


def test_a_reference_list_tells_nobody_whom_data_name_that_he_may_not_see(
    house: House, hub: str, key: dict[str, str]
) -> None:
    hidden, open_ = "lei:EXAMPLE0010000000135", "lei:EXAMPLE0010000001202"
    for party, told in ((hidden, {"hub": hub}), (open_, {"marking": "tlp:clear", "part": "open"})):
        house.result(key, house.send(key, f"dependent,provider\nname:Ede,{party}\n", **told))
    files = [("file", (path.name, path.read_bytes())) for path in sorted(Path("data_samples/gleif").iterdir())]

    def kept(**told: Any) -> tuple[int, int, list[dict[str, str]]]:
        """Import the list; say whether the hidden party and the open one are kept, and what is said of that."""
        data = {"source": "gleif", "allowImplausible": "true", **told}
        made = house.result(key, house.ask("imports", method="POST", data=data, files=files, headers=key))
        seen = [house.ask(f"nodes/{party}", headers=key).json()["rows"][0] for party in (hidden, open_)]
        named = [int(any(one["source"] == "gleif" for one in row["provenance"])) for row in seen]
        return *named, [row for row in made["rows"] if row["code"] == "not-for-all"]

    hidden_kept, open_kept, said = kept(marking="tlp:clear", part="list")
    assert (hidden_kept, open_kept) == (0, 1)
    assert ["1 id that you see" in row["message"] for row in said] == [True]
    # Whose marking is as close as that of what names it, or with all that it has, there is nothing to tell.
    assert kept(marking="tlp:clear", all="true", part="list") == (1, 1, [])
    assert kept(marking="tlp:amber", hub=hub) == (1, 1, [])


def test_auditors_are_told_who_imported_which_file_and_when(house: House, hub: str, key: dict[str, str]) -> None:
    house.result(key, house.send(key, hub=hub, dryRun="true"))
    house.doing.later = True
    house.send(key, hub=hub)
    house.store.dies = "after"
    with pytest.raises(Killed):
        house.doing.work()
    house.store.dies = ""
    house.doing.work()
    auditor, other = house.key("auditor", f"hub:{hub}", may_mark=()), house.key("auditor", may_mark=())
    rows = house.ask("import-records", headers=auditor).json()["rows"]
    [own] = [row for row in rows if hub in row["part"]]
    assert (own["asked_by"], own["asked_at"]) == (key["Authorization"].split("_")[1], NOON.isoformat())
    assert (own["file"], own["sha256"]) == ("needs.csv", hashlib.sha256(NEEDS.encode()).hexdigest())
    # What the command line imported is nobody's; whom it is hidden from is told nothing of it.
    assert [(row["asked_by"], row["asked_at"]) for row in rows if row["part"] == ""] == [("", "")]
    assert hub not in house.ask("import-records", headers=other).text
    assert house.ask("import-records", headers=key).status_code == 403
