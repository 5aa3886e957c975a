"""Several registers: the latest of an entity and scope counts, and its own before its group's, in every order."""

from __future__ import annotations

from contextlib import closing
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from dora_bank import BANK, CLOUD, GIANT, MIRROR, STEM, entity, function, use

from depgraph.errors import UsageError
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.answer import NOTHING
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.view import KEEPER, Lens, open_view
from importers.dora_roi import SOURCE
from importers.dora_roi.writing import lei

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dora_bank import Bank

    from depgraph.usecases.view import View

DAUGHTER = lei("EXAMPLE00000000009")
OWN = f"function:{BANK}/F1"
THEIRS = f"function:{DAUGHTER}/F1"


def view_of(steps: Sequence[tuple[Path, ...]], lens: Lens = KEEPER) -> View:
    """Return the graph after an import for each step."""
    with closing(SqliteStore(":memory:")) as store:
        for paths in steps:
            import_source(store, SOURCE, Given(paths, today="2026-01-01"), today="2026-01-01")
        return open_view(store, lens)


def uses(view: View) -> set[tuple[str, str]]:
    graph = view.graph
    ids = graph.nodes.id.tolist()
    pairs = zip(graph.needs.dependent.tolist(), graph.needs.provider.tolist(), strict=True)
    return {
        (ids[one], ids[other])
        for one, other in pairs
        if ids[one].startswith("function:") and ids[other].startswith("service:")
    }


def settled(view: View) -> list[tuple[str, str]]:
    return sorted(
        (finding.code, finding.field) for finding in view.findings if finding.code.endswith(("-register", "-replaced"))
    )


@pytest.fixture
def group(other: Callable[[str], Bank]) -> Bank:
    """Give the register of the group: the bank and its daughter."""
    made = other(STEM.replace(".IND_", ".CON_"))
    made.add("B_01.02", entity(DAUGHTER, "Example Daughter", BANK))
    made.add("B_06.01", function("F1", "Payments of the daughter", "x28", owner=DAUGHTER))
    made.add("B_02.02", use("C2", MIRROR, "F1", "S17", user=DAUGHTER))
    return made


def test_an_entity_is_told_of_by_its_own_register_whatever_the_order_and_number_of_imports(
    bank: Bank, group: Bank
) -> None:
    own, whole = bank.zip(), group.zip()
    views = [view_of(steps) for steps in (((own,), (whole,)), ((whole,), (own,)), ((own, whole),), ((bank.folder,),))]
    for view in views:
        assert uses(view) == {
            (OWN, f"service:{BANK}.IND/C1/{CLOUD}/S17"),
            (OWN, f"service:{BANK}.IND/C2/{MIRROR}/S17"),
            (THEIRS, f"service:{BANK}.CON/C2/{MIRROR}/S17"),
        }
        assert settled(view) == [("own-register", BANK)]
        ids = set(view.graph.nodes.id.tolist())
        # What the bank alone uses by the group's register is gone with its subcontractor; the daughter's is there.
        assert not [one for one in ids if one.startswith(f"service:{BANK}.CON/C1/")]
        assert f"service:{BANK}.CON/C2/S17/rank 2/{GIANT}" in ids
        assert f"lei:{DAUGHTER}" in ids
    assert len({view.graph.digest for view in views[:2]}) == 1


def test_asked_by_group_the_register_of_the_group_counts_in_every_order(bank: Bank, group: Bank) -> None:
    own, whole = bank.zip(), group.zip()
    by_group = Lens(scope="con")
    for steps in (((own,), (whole,)), ((whole,), (own,)), ((own, whole),)):
        view = view_of(steps, by_group)
        assert uses(view) == {
            (OWN, f"service:{BANK}.CON/C1/{CLOUD}/S17"),
            (OWN, f"service:{BANK}.CON/C2/{MIRROR}/S17"),
            (THEIRS, f"service:{BANK}.CON/C2/{MIRROR}/S17"),
        }
        assert settled(view) == [("group-register", BANK)]
        ids = set(view.graph.nodes.id.tolist())
        assert not [one for one in ids if one.startswith(f"service:{BANK}.IND/")]
        assert view.meta("x", {}, adds=NOTHING).parameters == {"scope": "con"}


def test_an_entity_of_which_the_group_tells_nothing_keeps_its_own_register(bank: Bank, group: Bank) -> None:
    for template in ("B_02.02", "B_04.01"):
        group.tables[template] = [row for row in group.tables[template] if row["c0020"] == DAUGHTER]
    view = view_of([(bank.zip(),), (group.zip(),)], Lens(scope="con"))
    assert (OWN, f"service:{BANK}.IND/C1/{CLOUD}/S17") in uses(view)
    assert settled(view) == []


def test_without_its_own_register_it_is_told_of_by_its_group(group: Bank) -> None:
    view = view_of([(group.zip(),)])
    assert (OWN, f"service:{BANK}.CON/C1/{CLOUD}/S17") in uses(view)
    assert settled(view) == []


def test_the_latest_of_an_entity_and_scope_counts_in_every_order(bank: Bank, other: Callable[[str], Bank]) -> None:
    paths = []
    for stamp in ("20250402", "20250403"):
        later = other(STEM.replace("20250401", stamp))
        later.change("B_02.01", 0, c0050=stamp)
        paths.append((later.zip(), bank.folder / "other"))
    # Beside the part of the register itself there is that of a folder.
    folder = bank.folder / "other"
    folder.mkdir()
    for path, _ in paths:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / paths[1][0].name).unlink()
    (folder / bank.zip().name).write_bytes(bank.zip().read_bytes())
    for steps in permutations([(folder,), (paths[1][0],)]):
        view = view_of(steps)
        costs = {cost for cost in view.graph.needs.cost_eur.tolist() if cost == cost}  # noqa: PLR0124 - NaN is not itself
        assert costs == {20250403, 50_000}
        assert settled(view) == [("register-replaced", f"{BANK}.IND")]


def test_a_package_is_a_part_and_an_older_one_is_refused(bank: Bank, other: Callable[[str], Bank]) -> None:
    newer, older = (
        Given((path,), today="2026-01-01")
        for path in (bank.zip(), other(STEM.replace("2025-03-31", "2024-12-31")).zip())
    )
    with closing(SqliteStore(":memory:")) as store:
        assert import_source(store, SOURCE, newer, today="2026-01-01").run.part == f"{BANK}.IND"
        with pytest.raises(UsageError, match="older"):
            import_source(store, SOURCE, older, today="2026-01-01")
        assert store.describe().revision == 1
        import_source(store, SOURCE, newer, today="2026-01-01")
        # Made earlier for the same date: the timestamp of its name says so.
        earlier = Given((other(STEM.replace("_20250401", "_20250331")).zip(),), today="2026-01-01")
        with pytest.raises(UsageError, match="made 20250331120000000, and the store has that of 2025-03-31, made 2025"):
            import_source(store, SOURCE, earlier, today="2026-01-01")
        assert [one.until for one in store.describe().history] == [2, None]
