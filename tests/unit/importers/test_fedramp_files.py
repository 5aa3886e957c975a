"""Files of the FedRAMP marketplace, also of earlier years, with what is odd and what is bad in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.errors import InputError, MissingPathError, UsageError
from depgraph.model import Finding, Level, Relation
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from importers.fedramp import SOURCE

if TYPE_CHECKING:
    from pathlib import Path

    from depgraph.model import Facts, Need


def marketplace(**changes: Any) -> dict[str, Any]:
    """Return a small marketplace: one agency, one service that it uses, and the platform below."""
    platform = {
        "id": "P",
        "csp": "Platforms Inc.",
        "cso": "Platform",
        "status": "FedRAMP Authorized",
        "service_model": ["IaaS"],
        "deployment_model": "Public Cloud",
        "impact_level": "High",
        "business_function": [""],
        "leveraged_systems": [{"id": "S"}],
    }
    service = platform | {"id": "S", "cso": "Service", "business_function": ["Media"], "leveraged_systems": []}
    data: dict[str, Any] = {
        "Products": [platform, service | {"service_model": ["SaaS"]}],
        "Agencies": [{"id": "1", "parent": "Agency", "sub": "", "auths": [{"id": "S"}]}],
        "AtoMapping": [{"id": "S", "agency_id": "1", "parent": "Agency", "sub": ""}],
        "ReuseMapping": [],
    }
    return {"meta": {"last_change": "2026-01-02T03:04:05Z"}, "data": data | changes}


def write(folder: Path, document: object) -> Path:
    path = folder / "data.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def read(path: Path, *ignore: str) -> list[Facts]:
    return list(SOURCE.read(Given((path,), frozenset(ignore))))


def needs(facts: list[Facts], relation: Relation) -> list[Need]:
    return [need for fact in facts for need in fact.needs if need.relation == relation]


def findings(facts: list[Facts]) -> list[Finding]:
    return [finding for fact in facts for finding in fact.findings]


def told(facts: list[Facts]) -> list[tuple[Level, str, str]]:
    return [(finding.level, finding.code, finding.record) for finding in findings(facts)]


def test_contacts_of_the_original_file_are_not_read(tmp_path: Path) -> None:
    document = marketplace()
    document["data"]["Products"][0] |= {"sales_email": "a@example.org", "security_email": "b@example.org"}
    document["data"]["Agencies"][0]["email"] = "c@example.org"
    facts = read(write(tmp_path, document))
    assert not findings(facts)
    assert "@" not in str(facts)


def test_a_use_that_only_the_agency_lists_counts_too(tmp_path: Path) -> None:
    (need,) = needs(read(write(tmp_path, marketplace(AtoMapping=[]))), Relation.USES)
    assert (need.dependent, need.provider) == ("function:Agency/Media", "service:FEDRAMP/S")
    assert need.record == "data.json#/data/Agencies/0/auths/0"


def test_a_snapshot_without_mappings_is_read_from_the_lists_of_the_agencies(tmp_path: Path) -> None:
    document = marketplace()
    del document["data"]["AtoMapping"], document["data"]["ReuseMapping"]
    facts = read(write(tmp_path, document))
    assert [need.provider for need in needs(facts, Relation.USES)] == ["service:FEDRAMP/S"]
    assert told(facts) == [(Level.NOTE, "no-mapping", "data.json#/data")] * 2


def test_rows_of_2023_name_agencies_by_id_alone(tmp_path: Path) -> None:
    facts = read(write(tmp_path, marketplace(AtoMapping=[{"id": "S", "agency_id": "1"}])))
    assert [need.record for need in needs(facts, Relation.USES)] == ["data.json#/data/AtoMapping/0"]
    assert not findings(facts)


def test_ids_may_be_whole_numbers(tmp_path: Path) -> None:
    document = marketplace(ReuseMapping=[{"id": 1606097904, "agency_id": "1"}])
    assert told(read(write(tmp_path, document))) == [
        (Level.WARNING, "unknown-service", "data.json#/data/ReuseMapping/0")
    ]
    document["data"]["Products"][1]["id"] = 1606097904
    facts = read(write(tmp_path, document))
    assert {need.provider for need in needs(facts, Relation.USES)} == {"service:FEDRAMP/1606097904"}


def test_what_a_product_does_not_state_is_not_known(tmp_path: Path) -> None:
    document = marketplace()
    document["data"]["Products"][0] = {"id": "P", "service_model": [""], "leveraged_systems": [{"id": "S"}]}
    facts = read(write(tmp_path, document))
    platform = next(node for fact in facts for node in fact.nodes if node.id == "service:FEDRAMP/P")
    assert platform.attributes == {"name": "P"}
    assert [need.provider for need in needs(facts, Relation.PROVIDED_BY)] == [
        "unknown:FEDRAMP/P",
        "name:Platforms Inc.",
    ]
    (built,) = needs(facts, Relation.BUILT_ON)
    assert (built.requirement, built.at_least) == ("service model not stated", "maybe")
    assert told(facts) == [(Level.WARNING, "no-provider", "data.json#/data/Products/0")]


@pytest.mark.parametrize(
    ("product", "record", "message"),
    [
        ({"service_model": ["FaaS"]}, "service_model", "'FaaS' is none of IaaS, PaaS, SaaS; taken as not stated"),
        ({"service_model": "IaaS"}, "service_model", "is a text: a list is wanted; taken as not stated"),
        ({"status": 7}, "status", "is a whole number: a text is wanted; taken as not stated"),
        ({"price": 1}, "price", "the key is not known and not read: --ignore leaves out this warning"),
    ],
)
def test_what_is_odd_is_a_warning_and_no_more(
    tmp_path: Path, product: dict[str, Any], record: str, message: str
) -> None:
    document = marketplace()
    document["data"]["Products"][0] |= product
    (finding,) = findings(read(write(tmp_path, document)))
    assert (finding.level, finding.message) == (Level.WARNING, message)
    assert finding.record == f"data.json#/data/Products/0/{record}"


def test_a_new_key_of_many_products_is_one_warning_unless_it_is_ignored(tmp_path: Path) -> None:
    document = marketplace()
    for product in document["data"]["Products"]:
        product["price"] = 1
    path = write(tmp_path, document)
    (finding,) = findings(read(path))
    assert finding.message.endswith("(2 times, here first)")
    assert findings(read(path, "price")) == []


@pytest.mark.parametrize(
    ("product", "record", "message"),
    [
        ({"id": None}, "/id", "is null: a text is wanted"),
        ({"id": "  "}, "/id", "is empty"),
        ({"id": "S"}, "/id", "'S' is the id of data.json#/data/Products/0 already"),
        ({"leveraged_systems": {}}, "/leveraged_systems", "is an object: a list is wanted"),
        ({"leveraged_systems": [{"csp": "x"}]}, "/leveraged_systems/0", "the key is missing"),
        ({"leveraged_systems": ["S"]}, "/leveraged_systems/0", "is a text: an object is wanted"),
    ],
)
def test_a_bad_record_is_one_error_and_does_not_hide_the_others(
    tmp_path: Path, product: dict[str, Any], record: str, message: str
) -> None:
    document = marketplace()
    good, bad = document["data"]["Products"][1], document["data"]["Products"][0] | product
    document["data"]["Products"] = [good, bad]
    facts = read(write(tmp_path, document))
    (error,) = (finding for finding in findings(facts) if finding.level == Level.ERROR)
    assert error.record == f"data.json#/data/Products/1{record}"
    assert message in error.message
    assert [need.dependent for need in needs(facts, Relation.USES)] == ["function:Agency/Media"]


def test_each_bad_record_is_skipped_and_counted_by_itself(tmp_path: Path) -> None:
    document = marketplace()
    document["data"]["Products"] += [{"cso": "no id"}, 7, {"id": []}]
    document["data"]["Agencies"] += [{"id": "2"}]
    path = write(tmp_path, document)
    store = SqliteStore(":memory:")
    with pytest.raises(InputError, match=r"^data\.json#/data/Products/2: id: the key is missing \(and 3 more\)$"):
        import_source(store, SOURCE, Given((path,)), today="2026-02-01", allow_implausible=True)
    answer = import_source(store, SOURCE, Given((path,)), today="2026-02-01", allow_implausible=True, skip_bad=True)
    assert answer.skipped == 4
    assert answer.run.retrieved == "2026-01-02"
    store.close()


def test_two_agencies_of_one_name_are_one_and_that_is_said(tmp_path: Path) -> None:
    document = marketplace()
    document["data"]["Agencies"].append({"id": "2", "parent": "Agency", "auths": [{"id": "P"}]})
    facts = read(write(tmp_path, document))
    assert told(facts) == [(Level.WARNING, "agency-twice", "data.json#/data/Agencies/1")]
    assert len(needs(facts, Relation.USES)) == 2


@pytest.mark.parametrize("meta", [{}, None, [], {"last_change": "soon"}, {"last_change": 5}])
def test_a_file_without_a_date_has_none(tmp_path: Path, meta: object) -> None:
    path = write(tmp_path, marketplace() | {"meta": meta})
    assert SOURCE.stated_date(Given((path,))) is None
    assert "no-date" in {finding.code for finding in findings(read(path))}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "data.json: is empty: no data in it"),
        ('{"meta": {}, "data": {"Products": [', "the file seems cut off"),
        ("[]", "a list: an object is wanted"),
        ('{"meta": {}}', "data: the key is missing"),
        (json.dumps(marketplace(Products={})), "Products: is an object: a list is wanted"),
        (json.dumps(marketplace(Agencies=None)), "Agencies: is null: a list is wanted"),
        (json.dumps(marketplace(AtoMapping={})), "AtoMapping: is an object: a list is wanted"),
    ],
)
def test_a_file_that_is_no_marketplace_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "data.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    assert message in str(caught.value)


def test_a_snapshot_that_says_nothing_is_no_data_and_replaces_nothing(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    path = write(tmp_path, marketplace())
    import_source(store, SOURCE, Given((path,)), today="2026-02-01", allow_implausible=True)
    for empty in ("", json.dumps(marketplace(Products=[], Agencies=[], AtoMapping=[]))):
        path.write_text(empty, encoding="utf-8")
        with pytest.raises(InputError, match=r"no data in it|nothing to import"):
            import_source(store, SOURCE, Given((path,)), today="2026-02-01", allow_implausible=True)
    assert store.describe().revision == 1
    store.close()


def test_two_snapshots_are_not_taken_for_one(tmp_path: Path) -> None:
    given = Given((write(tmp_path, marketplace()), tmp_path))
    for read_all in (SOURCE.stated_date, lambda given: list(SOURCE.read(given))):
        with pytest.raises(UsageError, match="are two snapshots: import one at a time"):
            read_all(given)


def test_a_folder_without_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match=r"holds no data\.json"):
        read(tmp_path)
