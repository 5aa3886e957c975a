"""What the environment says, and that it keeps its secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from platformdirs import user_data_path
from pydantic import ValidationError

from depgraph.settings import Settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DEPGRAPH_{name.upper()}", raising=False)


def test_without_environment_the_store_is_a_file_of_the_user() -> None:
    settings = Settings()
    assert Path(settings.store) == user_data_path("depgraph", appauthor=False) / "depgraph.sqlite"
    assert settings.neo4j_user == settings.neo4j_database == "neo4j"
    assert settings.neo4j_password is None
    assert settings.neo4j_password_file is None


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPGRAPH_STORE", "neo4j://localhost")
    monkeypatch.setenv("DEPGRAPH_NEO4J_USER", "analyst")
    monkeypatch.setenv("DEPGRAPH_NEO4J_PASSWORD", "open sesame")
    monkeypatch.setenv("DEPGRAPH_NEO4J_PASSWORD_FILE", "/run/secret")
    monkeypatch.setenv("DEPGRAPH_NEO4J_DATABASE", "chains")
    monkeypatch.setenv("DEPGRAPH_CACHE", "off")
    monkeypatch.setenv("DEPGRAPH_SCHEDULER", "tls://scheduler.example.org:8786")
    monkeypatch.setenv("DEPGRAPH_ACCESS", "/var/lib/depgraph")
    settings = Settings()
    assert settings.cache == "off"
    assert settings.model_fields_set == set(Settings.model_fields)
    assert settings.store == "neo4j://localhost"
    assert settings.neo4j_user == "analyst"
    assert settings.neo4j_password is not None
    assert settings.neo4j_password.get_secret_value() == "open sesame"
    assert settings.neo4j_password_file == Path("/run/secret")
    assert settings.neo4j_database == "chains"


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPGRAPH_STORE", "neo4j://localhost")
    monkeypatch.setenv("DEPGRAPH_OF_ANOTHER_PROGRAM", "is not ours")
    assert Settings(store="here").store == "here"


def test_a_password_is_not_shown() -> None:
    settings = Settings(neo4j_password="open sesame")  # noqa: S106 - a password of nothing
    assert "sesame" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_an_error_does_not_show_the_values() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(neo4j_password="open sesame", other="sesame too")  # noqa: S106 - neither is real
    assert "sesame" not in str(caught.value)
    assert "other" in str(caught.value)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().store = "elsewhere"


def test_each_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
