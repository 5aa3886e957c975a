"""Statements of who owns whom: the latest of each record, control alone, and nothing of persons."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from depgraph.errors import DepgraphError, InputError
from depgraph.model import Facts, Finding, Level
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.validation import Validation
from importers.bods import SOURCE

GOLDEN = Path(__file__).parents[3] / "golden" / "bods"
MUTATIONS = 200

Json = dict[str, Any]


def statement(kind: str, key: str, details: Json, *, date: str = "2024-01-01", status: str = "new") -> Json:
    return {
        "statementId": f"{key}-{date}-{status}",
        "statementDate": date,
        "recordId": key,
        "recordType": kind,
        "recordStatus": status,
        "recordDetails": details,
    }


def entity(key: str, name: str, kind: str = "registeredEntity", **more: Any) -> Json:
    return statement("entity", key, {"entityType": {"type": kind}, "name": name, **more})


def link(key: str, *interests: Json, subject: str = "a", party: Any = "b", **more: Any) -> Json:
    when = {name: more.pop(name) for name in ("date", "status") if name in more}
    details = {"subject": subject, "interestedParty": party, "interests": list(interests), **more}
    return statement("relationship", key, details, **when)


def interest(kind: str = "shareholding", direct: str = "direct", **more: Any) -> Json:
    return {"type": kind, "directOrIndirect": direct, **more}


TWO = [entity("a", "A"), entity("b", "B")]


def read(path: Path, *statements: Json) -> list[Facts]:
    (path / "bods.json").write_text(json.dumps([*TWO, *statements]), encoding="utf-8")
    return list(SOURCE.read(Given((path / "bods.json",))))


def ties(facts: list[Facts]) -> list[tuple[str, str, float | None, str | None, str | None]]:
    return [(one.subject, one.object, one.share, one.valid_from, one.valid_to) for fact in facts for one in fact.ties]


def findings(facts: list[Facts]) -> dict[str, Finding]:
    return {found.code: found for fact in facts for found in fact.findings}


@pytest.mark.parametrize(
    ("held", "share", "code"),
    [
        (interest(share={"exact": 60}), 0.6, ""),
        (interest(share={"exact": 50}), None, "minority"),
        (interest(share={"minimum": 50, "maximum": 75}), None, "control-unknown"),
        (interest(share={"exclusiveMinimum": 50, "maximum": 75}), None, ""),
        (interest(share={"minimum": 50, "exclusiveMinimum": True, "maximum": 75}), None, ""),
        (interest(share={"minimum": 75, "maximum": 100}), None, ""),
        (interest(share={"minimum": 25, "exclusiveMaximum": 50}), None, "minority"),
        (interest(share={"minimum": 25}), None, "control-unknown"),
        (interest(), None, "control-unknown"),
        (interest("voting-rights", share={"exact": 100}), 1.0, ""),
        (interest("appointmentOfBoard"), None, ""),
        (interest("otherInfluenceOrControl", share={"exact": 30}), None, ""),
        (interest("unknownInterest"), None, "control-unknown"),
        (interest("unknownInterest", share={"exact": 90}), 0.9, ""),
        (interest("trustee", share={"exact": 100}), None, "trust"),
        (interest("nominee"), None, "trust"),
        (interest("settlor-of-trust"), None, "trust"),
        (interest("boardMember"), None, "minority"),
        (interest("brandNewInterest"), None, "other-interest"),
        (interest(share={"exact": 160}), None, "control-unknown"),
        (interest(share={"exact": "60"}), None, "control-unknown"),
    ],
)
def test_control_is_more_than_half_or_declared(tmp_path: Path, held: Json, share: float | None, code: str) -> None:
    found = read(tmp_path, link("r", held))
    assert ties(found) == ([] if code else [("name:A", "name:B", share, None, None)])
    assert not code or findings(found)[code].record == "bods.json#/2/recordDetails"


def test_control_by_votes_stands_beside_a_smaller_share(tmp_path: Path) -> None:
    found = read(tmp_path, link("r", interest(share={"exact": 30}), interest("appointmentOfBoard")))
    assert ties(found) == [("name:A", "name:B", None, None, None)]


def test_each_interest_has_its_own_period(tmp_path: Path) -> None:
    before = interest(share={"exact": 60}, startDate="2010-01-01", endDate="2015-12-31")
    now = interest(share={"exact": 80}, startDate="2016-01-01T00:00:00Z")
    assert ties(read(tmp_path, link("r", before, now))) == [
        ("name:A", "name:B", 0.6, "2010-01-01", "2015-12-31"),
        ("name:A", "name:B", 0.8, "2016-01-01", None),
    ]


def test_a_closed_record_has_ended_and_keeps_what_it_was(tmp_path: Path) -> None:
    held = interest(share={"exact": 60}, startDate="2010-01-01")
    closed = link("r", date="2024-06-30", status="closed")
    expected = [("name:A", "name:B", 0.6, "2010-01-01", "2024-06-30")]
    assert ties(read(tmp_path, link("r", held), closed)) == expected
    assert ties(read(tmp_path, closed, link("r", held))) == expected


def test_the_latest_statement_of_a_record_counts(tmp_path: Path) -> None:
    before, now = link("r", interest(share={"exact": 60})), link("r", interest(share={"exact": 40}), date="2025-01-01")
    for order in ((before, now), (now, before)):
        assert ties(read(tmp_path, *order)) == []


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", ["version-0.4.json", "version-0.2.jsonl"])
def test_the_order_of_statements_does_not_matter(tmp_path: Path, name: str, seed: int) -> None:
    content = (GOLDEN / name).read_text(encoding="utf-8")
    listed = json.loads(content) if name.endswith("json") else [json.loads(line) for line in content.splitlines()]
    (tmp_path / "a.json").write_text(json.dumps(listed), encoding="utf-8")
    expected = sorted(ties(list(SOURCE.read(Given((tmp_path / "a.json",))))), key=str)
    Random(seed).shuffle(listed)
    (tmp_path / "a.json").write_text(json.dumps(listed), encoding="utf-8")
    assert sorted(ties(list(SOURCE.read(Given((tmp_path / "a.json",))))), key=str) == expected
    assert expected


def test_components_are_counted_once(tmp_path: Path) -> None:
    steps = [
        link("r1", interest(share={"exact": 60}), party="c"),
        link("r2", interest(share={"exact": 100}), subject="c"),
    ]
    whole = link("r3", interest(direct="indirect", share={"exact": 60}), componentRecords=["r1", "r2", "c"])
    found = read(tmp_path, entity("c", "C"), *steps, whole)
    assert {tie[:2] for tie in ties(found)} == {("name:A", "name:C"), ("name:C", "name:B")}
    assert "indirect" in findings(found)
    alone = read(tmp_path, entity("c", "C"), whole)
    assert [tie[:2] for tie in ties(alone)] == [("name:A", "name:B")]


def test_an_indirect_owner_stands_above_a_direct_one(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        entity("c", "C"),
        link("r1", interest("otherInfluenceOrControl"), party="c"),
        link("r2", interest("otherInfluenceOrControl", "indirect")),
    )
    assert [tie[:2] for tie in ties(found)] == [("name:A", "name:C")]


def test_nothing_of_a_person_is_read(tmp_path: Path) -> None:
    person = statement("person", "p", {"personType": "knownPerson", "names": [{"fullName": "Jane Doe"}]})
    found = read(tmp_path, person, link("r", interest(share={"exact": 100}), party="p"))
    assert ties(found) == []
    assert "Jane" not in repr(found)
    assert findings(found)["person"].level is Level.NOTE


@pytest.mark.parametrize("reason", ["noBeneficialOwners", "subjectExemptFromDisclosure"])
def test_an_owner_that_is_not_stated_is_neither_one_nor_none(tmp_path: Path, reason: str) -> None:
    found = read(tmp_path, link("r", party={"reason": reason, "description": "for a reason"}))
    assert (ties(found), findings(found)["unstated"].level) == ([], Level.NOTE)


@pytest.mark.parametrize("kind", ["anonymousEntity", "unknownEntity"])
def test_an_entity_that_nobody_names_is_a_parent_that_nobody_knows(tmp_path: Path, kind: str) -> None:
    found = read(tmp_path, entity("x", "", kind), link("r", interest(share={"exact": 100}), party="x"))
    assert ties(found) == [("name:A", "unknown:x (BODS)", 1.0, None, None)]
    assert [node.id for fact in found for node in fact.nodes] == ["name:A", "name:B"]


def test_references_outside_the_file_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, link("r", interest(share={"exact": 100}), party="elsewhere"))
    assert findings(found)["reference-missing"].record == "bods.json#/2/recordDetails"


def test_names_that_two_entities_have_do_not_make_them_one(tmp_path: Path) -> None:
    found = read(tmp_path, entity("c", "A"), entity("d", "A", identifiers=[{"scheme": "GB-COH", "id": "1"}]))
    assert sorted(node.id for fact in found for node in fact.nodes) == [
        *("name:A (GB-COH 1)", "name:A (a)", "name:A (c)", "name:B"),
    ]


def test_state_bodies_are_told_by_their_type(tmp_path: Path) -> None:
    found = read(tmp_path, entity("s", "State", "stateBody", jurisdiction={"code": "fi", "name": "Finland"}))
    assert [node.attributes for fact in found for node in fact.nodes][-1] == {
        "name": "State",
        "country": "FI",
        "entity_type": "stateBody",
    }


@pytest.mark.parametrize("form", ["lines", "one", "held", "zip"])
def test_forms_of_files(tmp_path: Path, form: str) -> None:
    path = tmp_path / ("bods.zip" if form == "zip" else "bods.json")
    whole = [*TWO, link("r", interest(share={"exact": 60}))]
    match form:
        case "lines":
            path.write_text("\n".join(map(json.dumps, whole)), encoding="utf-8")
        case "one":
            path.write_text(json.dumps(TWO[0], indent=1), encoding="utf-8")
        case "held":
            path.write_text(json.dumps({"statements": whole}, indent=1), encoding="utf-8")
        case _:
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("bods.json", json.dumps(whole))
    found = list(SOURCE.read(Given((path,))))
    assert len([node for fact in found for node in fact.nodes]) == (1 if form == "one" else 2)
    assert len(ties(found)) == (form != "one")


def test_a_bad_line_is_an_error_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "bods.jsonl"
    path.write_text(f"{json.dumps(TWO[0])}\n{{broken\n{json.dumps(TWO[1])}\n", encoding="utf-8")
    found = list(SOURCE.read(Given((path,))))
    assert [node.id for fact in found for node in fact.nodes] == ["name:A", "name:B"]
    (error,) = [one for fact in found for one in fact.findings if one.level is Level.ERROR]
    assert (error.code, error.record) == ("bad-json", "bods.jsonl:2")


@pytest.mark.parametrize("content", ["", "[]", "{}", "1", '"x"', "[1]", "[" * 100_000])
def test_what_holds_no_statements_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bods.json"
    path.write_text(content, encoding="utf-8")
    with closing(SqliteStore(":memory:")) as store, pytest.raises(InputError):
        import_source(store, SOURCE, Given((path,)), today="2026-01-01")


def test_a_list_larger_than_memory_is_for_is_read_statement_by_statement(tmp_path: Path) -> None:
    path = tmp_path / "bods.json"
    padding = " " * (1 << 20)
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for at in range(80):
            file.write(f"{',' if at else ''}{json.dumps(entity(f'e{at}', f'Example {at}'))}{padding}")
        file.write("]")
    told: list[float] = []
    tracemalloc.start()
    found = list(SOURCE.read(Given((path,), reached=told.append)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len([node for fact in found for node in fact.nodes]) == 80
    assert path.stat().st_size > 1 << 26
    assert peak < 1 << 24
    assert told == sorted(told)
    assert (len(told) > 50, told[-1]) == (True, 1.0)


def mutated(value: Any, random: Random) -> Any:
    """Return a document with one value in it left out, doubled or put in place of by another type."""
    changed = deepcopy(value)
    here = changed
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = random.choice(keys)
        if isinstance(here[key], dict | list) and here[key] and random.random() < 0.8:
            here = here[key]
            continue
        choice = random.randrange(3)
        if choice == 0:
            del here[key]
        elif choice == 1 and isinstance(here, list):
            here.append(deepcopy(here[key]))
        else:
            here[key] = random.choice([None, 1, -1.5, "x", [], {}, [1], {"x": 1}, True, "9999-99-99"])
        return changed


@pytest.mark.parametrize("seed", range(MUTATIONS))
def test_a_damaged_file_is_read_or_told(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    content = (GOLDEN / random.choice(["version-0.4.json", "version-0.2.jsonl"])).read_bytes()
    if seed % 2 and content.startswith(b"["):
        content = json.dumps(mutated(json.loads(content), random)).encode()
    else:
        at = random.randrange(len(content))
        content = content[:at] + (bytes([content[at] ^ (1 << random.randrange(8))]) + content[at + 1 :]) * (
            seed % 3 > 0
        )
    (tmp_path / "bods.json").write_bytes(content)
    try:
        facts = list(SOURCE.read(Given((tmp_path / "bods.json",))))
    except DepgraphError:
        return
    validation = Validation()
    assert [found for fact in facts for found in validation.findings(fact)] == []
