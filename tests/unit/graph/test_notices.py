"""Notices of several imports: they add up, the latest of each counts, and a modification updates its own contract."""

from __future__ import annotations

from typing import Any

from depgraph.graph import assemble
from depgraph.model import Import, Marking, Need, Node
from depgraph.notices import NoticeName
from depgraph.ports import Counts, Imported


def imported(revision: int, *notices: tuple[NoticeName, dict[str, str]], source: str = "a") -> Imported:
    """Return an import of notices, each with the provider of each service that it speaks of."""
    run = Import(source, f"delivery {revision}", "2025-06-01", Marking(), 50, "")
    needs, nodes = [], []
    for notice, lots in notices:
        for service, provider in lots.items():
            record = f"{notice.place}/awards/0"
            needs += [
                Need("name:Town", f"service:{service}", "uses", "", "", "x", None, None, None, None, 1.0, record),
                Need(f"service:{service}", provider, "provided_by", "", "", "x", None, None, None, None, 1.0, record),
            ]
            nodes.append(Node(f"service:{service}", {"contract_value": f"{notice.date} {provider}"}, record))
    findings = tuple(notice.finding for notice, _ in notices)
    return Imported(run, revision, Counts(), findings, nodes=iter(nodes), needs=iter(needs))


def named(key: str, date: str = "2025-01-01", place: str = "f#", **more: Any) -> NoticeName:
    return NoticeName(place, key, date, **more)


def providers(*imports: Imported) -> dict[str, set[str]]:
    """Return who provides each service."""
    graph = assemble(imports, as_of="2025-06-01").graph
    ids = graph.nodes.id.tolist()
    found: dict[str, set[str]] = {}
    for dependent, provider in zip(graph.needs.dependent.tolist(), graph.needs.provider.tolist(), strict=True):
        if ids[dependent].startswith("service:"):
            found.setdefault(ids[dependent], set()).add(ids[provider])
    return found


def test_notices_of_several_imports_add_up() -> None:
    one, other = (named("1"), {"P/1": "name:A"}), (named("2"), {"P/2": "name:B"})
    assert providers(imported(1, one), imported(2, other)) == {"service:P/1": {"name:A"}, "service:P/2": {"name:B"}}
    assert providers(imported(1, one), imported(2, (named("2"), {"P/1": "name:B"}))) == {
        "service:P/1": {"name:A", "name:B"}
    }, "two awards of one lot: both deliver"


def test_a_notice_takes_the_place_of_what_has_its_id() -> None:
    first = (named("1"), {"P/1": "name:A"})
    again = (named("1"), {"P/1": "name:B"})
    assert providers(imported(1, first), imported(2, again)) == {"service:P/1": {"name:B"}}
    newer = (named("1", "2025-02-01"), {"P/1": "name:B"})
    assert providers(imported(1, newer), imported(2, first)) == {"service:P/1": {"name:B"}}, "an older one comes later"


def test_versions_and_names_of_changed_notices_replace_across_sources() -> None:
    first = (named("u", version="01"), {"P/1": "name:A"})
    second = (named("u", "2025-01-02", version="02"), {"P/1": "name:B"})
    assert providers(imported(1, first), imported(2, second, source="b")) == {"service:P/1": {"name:B"}}
    for name in ("u", "u-01"):
        changing = (named("w", "2025-03-01", named=(name,)), {"P/9": "name:C"})
        assert providers(imported(1, first), imported(2, changing, source="b")) == {"service:P/9": {"name:C"}}
    other = (named("w", "2025-03-01", named=("u-02",)), {"P/9": "name:C"})
    assert set(providers(imported(1, first), imported(2, other))) == {"service:P/1", "service:P/9"}


def test_one_notice_of_two_sources_is_there_once_with_two_records() -> None:
    lots = {"P/1": "name:A"}
    graph = assemble(
        [imported(1, (named("1"), lots), source="a"), imported(2, (named("1"), lots), source="b")], as_of="2025-06-01"
    ).graph
    assert len(graph.needs.dependent) == 2
    for at in range(2):
        assert [said.source for said in graph.provenance(graph.needs.evidence, at)] == ["a", "b"]


def test_a_modification_updates_its_contract_and_no_other() -> None:
    award = (named("1"), {"P/1": "name:A", "P/2": "name:B"})
    change = (named("2", "2025-03-01", modifies=True), {"P/1": "name:C"})
    expected = {"service:P/1": {"name:C"}, "service:P/2": {"name:B"}}
    assert providers(imported(1, award), imported(2, change)) == expected
    assert providers(imported(1, change), imported(2, award, source="b")) == expected, "whatever the order"
    later = (named("3", "2025-04-01", modifies=True), {"P/1": "name:D"})
    assert providers(imported(1, award), imported(2, later), imported(3, change)) == expected | {
        "service:P/1": {"name:D"}
    }


def test_several_notices_of_one_file_are_told_apart_by_their_place() -> None:
    one = (named("1", place="f#/releases/1"), {"P/1": "name:A"})
    eleventh = (named("11", place="f#/releases/11"), {"P/11": "name:B"})
    again = (named("1", "2025-02-01", place="g#/releases/1"), {"P/1": "name:C"})
    assert providers(imported(1, one, eleventh), imported(2, again)) == {
        "service:P/1": {"name:C"},
        "service:P/11": {"name:B"},
    }


def test_what_does_not_count_is_told() -> None:
    assembled = assemble(
        [imported(1, (named("1"), {"P/1": "name:A"})), imported(2, (named("1"), {"P/1": "name:A"}))], as_of="2025-06-01"
    )
    assert [(one.code, one.record, one.field) for one in assembled.findings] == [("notice-replaced", "f#", "1")]
