"""Which store an address leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from depgraph.bootstrap import access_folder, open_store
from depgraph.errors import DepgraphError, MissingPathError, StoreUnavailableError, UsageError
from depgraph.ports import GraphKey, Kept
from depgraph.settings import Settings


def test_a_path_is_a_file(tmp_path: Path) -> None:
    told = open_store(str(tmp_path / "a.db"), Settings()).describe()
    assert (told.kind, told.location) == ("sqlite", str(tmp_path / "a.db"))


def test_the_home_folder_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert open_store("~/a.db", Settings()).describe().location == str(tmp_path / "a.db")


@pytest.mark.parametrize("setting", ["store", "cache", "access"])
def test_a_home_folder_that_nobody_has(setting: str, tmp_path: Path) -> None:
    settings = Settings(**{"store": str(tmp_path / "store"), setting: "~nobody at all/it"})
    with pytest.raises(UsageError, match=r"'~nobody at all/it' \(.*DEPGRAPH_.*\): nobody here has this home folder"):
        access_folder("", settings) if setting == "access" else open_store(settings.store, settings)


@pytest.mark.parametrize("cache", ["off", "OFF", "named"])
def test_graphs_from_before_go_whatever_the_setting_is_now(
    cache: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    key, kept = GraphKey(((1, "aa"),), {}), Kept({}, {})
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "store")
    open_store(str(link), Settings(cache="")).graphs.keep(key, kept)
    assert len(list((tmp_path / "store.graphs").iterdir())) == 1
    shelf = open_store("store", Settings(cache=cache)).graphs
    assert shelf.find(key) is None
    shelf.keep(key, kept)
    assert (tmp_path / "named" / "graphs").exists() == (cache == "named")
    shelf.drop()
    assert not list(tmp_path.rglob("*.graph"))
    assert not (tmp_path / "OFF").exists()


def test_in_memory() -> None:
    store = open_store(":memory:", Settings())
    assert store.describe().location != ":memory:"
    store.close()


@pytest.mark.parametrize("address", ["", "  "])
def test_an_empty_address(address: str) -> None:
    with pytest.raises(UsageError, match="an empty address"):
        open_store(address, Settings())


@pytest.mark.parametrize("address", ["http://localhost", "sqlite:///a.db", "neo4j+x://localhost", "://"])
def test_an_address_of_another_sort(address: str) -> None:
    with pytest.raises(UsageError, match="is no store: give a path, or an address such as neo4j://host:7687"):
        open_store(address, Settings())


@pytest.mark.parametrize(
    "address", ["neo4j://neo4j:sesame@localhost", "bolt+s://sesame@localhost:7687", "http://a:sesame/b@localhost"]
)
def test_credentials_in_an_address_are_refused_and_not_shown(address: str) -> None:
    with pytest.raises(UsageError, match="set DEPGRAPH_NEO4J_USER") as caught:
        open_store(address, Settings())
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
def test_an_address_of_neo4j_leads_there(scheme: str) -> None:
    with pytest.raises(StoreUnavailableError, match=r"127\.0\.0\.1:1"):
        open_store(f"{scheme}://127.0.0.1:1", Settings())


def test_a_password_given_twice() -> None:
    settings = Settings(neo4j_password="sesame", neo4j_password_file=Path("secret"))  # noqa: S106 - of nothing
    with pytest.raises(UsageError, match="both set: unset one"):
        open_store("neo4j://localhost", settings)


def test_a_file_of_a_password_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="cannot be read: No such file"):
        open_store("neo4j://localhost", Settings(neo4j_password_file=tmp_path / "none"))
    (tmp_path / "odd").write_bytes(b"\xff")
    with pytest.raises(DepgraphError, match="cannot be read: it is not UTF-8"):
        open_store("neo4j://localhost", Settings(neo4j_password_file=tmp_path / "odd"))
