"""Who may ask: access keys, roles, and requests that somebody handed on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from api.app import create_app, paths_of
from api.guard import hosts_of
from api.security.gate import Access
from api.security.keyring import Keyring
from api.security.roles import ACCESS, EVERYBODY, PUBLIC, check_listed, check_role
from api.serving import reachable
from depgraph.errors import AccessError, StoreError, UsageError
from depgraph.model import Label, Marking
from depgraph.ports import InputFile, Receipt
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.viewers import Role, lowered, viewer_of, words_of
from tests.unit.api.conftest import FACTS, PATIENT, Ask, asker, need, run

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
ROLES = Path(__file__).parents[3] / "docs" / "roles.md"


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "access")


@pytest.fixture
def two(empty: SqliteStore) -> SqliteStore:
    """Give a store of which one part is for everybody and one for the hub care."""
    empty.replace(run(), [FACTS])
    hidden = run("care", "2026-03-01")._replace(marking=Marking(Label.AMBER, hubs=("care",)))
    empty.replace(hidden, [FACTS._replace(nodes=(), ties=(), needs=(need("name:Ede", "name:Spy", "uses", "s.csv:2"),))])
    return empty


def bearing(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def keyed(two: SqliteStore, keyring: Keyring) -> Callable[..., Ask]:
    """Give what sends requests to an API that asks for keys, at a time."""

    def of(now: datetime = START) -> Ask:
        return asker(create_app(two, access=Access(keyring, now=lambda: now), bounds=PATIENT))

    return of


def test_a_key_opens_what_its_holder_may_see(keyed: Callable[..., Ask], keyring: Keyring) -> None:
    care, _ = keyring.create(["hub:care", "ceiling:tlp:amber"], days=90, now=START)
    water, _ = keyring.create(["hub:water"], days=90, now=START)
    ask = keyed()
    assert ask("nodes/name:Spy", headers=bearing(care)).json()["meta"]["revision"] == 2
    seen = ask("nodes/name:Ede", headers=bearing(water)).json()
    assert seen["meta"]["revision"] == 1
    assert seen["meta"]["as_of"] == "2026-01-01"
    assert "bounds hold for what they may see" in seen["meta"]["notes"][-1]
    assert "--as hub:water" in seen["meta"]["reproduce"]
    assert ask("status", headers=bearing(water)).json()["rows"][0]["part"] == ""
    assert ask("nodes?q=Spy", headers=bearing(water)).json()["rows"] == []
    assert keyring.last_used(care[3:11]) == START.isoformat()


def test_unseen_and_unknown_are_one_answer(keyed: Callable[..., Ask], keyring: Keyring) -> None:
    water, _ = keyring.create(["hub:water"], days=90, now=START)
    ask = keyed()
    for path in (
        "nodes/name:{}",
        "needs?provider=name:{}",
        "blasts?id=name:{}",
        "explanations/spof/party/score_upper/name:{}",
    ):
        unseen, unknown = (ask(path.format(name), headers=bearing(water)) for name in ("Spy", "Spx"))
        assert unseen.status_code == unknown.status_code == 404
        assert unseen.text.replace("Spy", "Spx") == unknown.text
        assert unseen.headers == unknown.headers


def test_auditors_and_operators_see_which_files_the_imports_that_they_may_see_had(
    two: SqliteStore, keyed: Callable[..., Ask], keyring: Keyring
) -> None:
    read = Receipt(files=(InputFile("a.csv", 5, "0f" * 32), InputFile("b.csv", 7, "1f" * 32)), records=9, left_out=1)
    two.replace(run("files", "2026-02-01"), [FACTS], receipt=lambda: read)
    ask, rows = keyed(), {}
    for words in ("operator", "auditor", "auditor hub:care", "hub:care", "organisation:Ede", "procurement"):
        key, _ = keyring.create([*words.split(), "ceiling:tlp:amber"], days=1, now=START)
        answer = ask("import-records", headers=bearing(key))
        if answer.status_code != 403:
            found = answer.json()["rows"]
            rows[words] = [(row["revision"], row["part"], row["file"], row["sha256"][:2]) for row in found]
    all_of_it = [(1, "", "", ""), (2, "care", "", ""), (3, "files", "a.csv", "0f"), (3, "files", "b.csv", "1f")]
    assert rows == {
        "operator": all_of_it,
        "auditor": [(1, "", "", ""), (2, "files", "a.csv", "0f"), (2, "files", "b.csv", "1f")],
        "auditor hub:care": all_of_it,
    }


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer x", "Bearer dg_aaaaaaaa_" + "a" * 43])
def test_who_does_not_say_who_he_is_is_refused(keyed: Callable[..., Ask], keyring: Keyring, sent: str) -> None:
    keyring.create(["operator"], days=1, now=START)
    ask = keyed()
    for path in ("nodes", "nowhere", "methods", "nodes?access_token=x"):
        answer = ask(path, headers={"Authorization": sent} if sent else {})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


def test_each_character_of_a_key_counts(keyring: Keyring) -> None:
    written, kept = keyring.create(["auditor", "hub:care"], days=1, now=START)
    assert keyring.check(written, now=START) == kept
    for at in range(len(written)):
        other = "b" if written[at] != "b" else "c"
        with pytest.raises(AccessError, match="not valid"):
            keyring.check(written[:at] + other + written[at + 1 :], now=START)


def test_a_key_ends_when_it_expires_or_is_revoked(keyed: Callable[..., Ask], keyring: Keyring) -> None:
    written, kept = keyring.create(["operator"], days=2, now=START)
    assert keyed(START + timedelta(days=2, seconds=-1))("nodes", headers=bearing(written)).status_code == 200
    assert keyed(START + timedelta(days=2))("nodes", headers=bearing(written)).status_code == 401
    ask = keyed()
    assert ask("nodes", headers=bearing(written)).status_code == 200
    Keyring(keyring._folder).revoke(kept.prefix, now=START)  # another process, while the server runs
    assert ask("nodes", headers=bearing(written)).status_code == 401
    assert [key.state(START) for key in keyring.all()] == ["revoked"]
    with pytest.raises(UsageError, match="no key 'x'"):
        keyring.revoke("x", now=START)


def test_the_key_itself_is_nowhere_on_the_disk(keyring: Keyring) -> None:
    written, kept = keyring.create(["operator"], days=2, now=START)
    keyring.check(written, now=START)
    files = [path for path in keyring._folder.rglob("*") if path.is_file()]
    assert len(files) == 4
    assert not any(written[12:] in path.read_text(encoding="utf-8") for path in files)
    assert {path.stat().st_mode & 0o077 for path in files if path.name in ("secret", "keys.json")} == {0}
    assert keyring._folder.stat().st_mode & 0o077 == 0
    assert kept.prefix == written[3:11]


def test_keys_that_are_damaged_open_nothing(keyring: Keyring) -> None:
    written, _ = keyring.create(["operator"], days=2, now=START)
    (keyring._folder / "keys.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match="not a list of access keys"):
        keyring.check(written, now=START)


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Via", "x-forwarded-anything"])
def test_without_a_login_nothing_is_answered_through_a_proxy(two: SqliteStore, header: str) -> None:
    ask = asker(create_app(two))
    answer = ask("nodes", headers={header: "for=192.0.2.1"})
    assert answer.status_code == 403
    assert "no login" in answer.json()["detail"]
    assert ask("nodes").status_code == 200


def test_a_ceiling_lowers_what_is_seen_without_a_login(two: SqliteStore) -> None:
    ask = asker(create_app(two, access=Access(viewer=lowered(None, Label.GREEN))))
    assert ask("nodes/name:Spy").status_code == 404
    assert ask("nodes/name:Ede").json()["meta"]["parameters"]["as"] == ["operator", "ceiling:tlp:green"]


def test_only_the_keeper_sees_all_in_a_check(keyed: Callable[..., Ask], keyring: Keyring) -> None:
    written, _ = keyring.create(["operator", "ceiling:tlp:red"], days=2, now=START)
    ask = keyed()
    assert ask("checks?supplier=Cloud&asKeeper=true", headers=bearing(written)).status_code == 403
    made = ask("checks?supplier=Cloud", headers=bearing(written)).json()
    assert made["meta"]["parameters"]["as"] == ["operator", "ceiling:tlp:green"]


def test_another_viewer_has_another_answer_to_the_same_question(keyed: Callable[..., Ask], keyring: Keyring) -> None:
    care, water = (keyring.create([f"hub:{name}"], days=1, now=START)[0] for name in ("care", "water"))
    ask = keyed()
    told = [ask("single-points-of-failure", headers=bearing(key)).json() for key in (care, water, care)]
    assert told[0] == told[2] != told[1]
    assert "Spy" not in json.dumps(told[1])
    # Nor does a cursor lead from the one to the other.
    cursor = ask("nodes?pageSize=1", headers=bearing(care)).json()["meta"]["next_cursor"]
    assert ask(f"nodes?pageSize=1&cursor={cursor}", headers=bearing(water)).status_code == 410


def test_the_table_of_roles_is_the_one_in_the_docs(two: SqliteStore) -> None:
    lines = re.findall(r"^\| `((?:[A-Z]+ )?/[^`]*)` \|(.*)\|$", ROLES.read_text(encoding="utf-8"), re.MULTILINE)
    told = {
        path: tuple(
            role for role, cell in zip((EVERYBODY, *Role), cells.split("|"), strict=True) if cell.strip() == "yes"
        )
        for path, cells in lines
    }
    assert told == {path: (EVERYBODY, *Role) if path in PUBLIC else roles for path, roles in ACCESS.items()}
    assert {*paths_of(create_app(two)).values()} == ACCESS.keys()


def test_the_markings_in_the_docs_are_what_each_role_sees() -> None:
    from depgraph.graph import may_see

    text = ROLES.read_text(encoding="utf-8")
    header, *rows = re.findall(r"^\| (?:`tlp|marking ).*\|$", text, re.MULTILINE)
    holders = [viewer_of(words.split()) for words in re.findall(r"`([^`]+)`", header)]
    assert len(holders) == 7
    assert len(rows) == 10
    for row in rows:
        marking, *cells = (cell.strip() for cell in row.strip("|").split("|"))
        label, *named = re.findall(r"`([^`]+)`", marking)
        whom = {
            f"{kind}s": tuple(name[len(kind) + 1 :] for name in named if name.startswith(kind))
            for kind in ("hub", "organisation", "recipient")
        }
        asked = Marking(Label(label), **whom)
        assert cells == ["yes" if may_see(viewer, asked) else "" for viewer in holders], row


def test_a_route_without_a_line_is_no_part_of_any_server() -> None:
    with pytest.raises(LookupError, match="/api/v1/new"):
        check_listed({*ACCESS, "/api/v1/new"})
    with pytest.raises(LookupError, match="/api/v1/nodes"):
        check_listed({path for path in ACCESS if path != "/api/v1/nodes"})


def test_a_role_may_ask_what_its_line_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACCESS, "/api/v1/nodes", ("operator",))
    check_role(viewer_of(["operator"]), "/api/v1/nodes")
    check_role(None, "/api/v1/nodes")
    with pytest.raises(AccessError, match="hub may not"):
        check_role(viewer_of(["hub:x"]), "/api/v1/nodes")


@pytest.mark.parametrize(
    "words",
    [
        ["operator", "ceiling:tlp:amber"],
        ["auditor", "hub:a", "hub:b: c", "recipient:x"],
        ["hub:north, east"],
        ["organisation:name:Ede", "hub:north", "ceiling:tlp:amber+strict"],
        ["procurement"],
    ],
)
def test_who_is_meant_can_be_said_again(words: list[str]) -> None:
    assert list(words_of(viewer_of(words))) == words


@pytest.mark.parametrize(
    "words", [[], ["nobody"], ["hub"], ["hub: "], ["operator:x"], ["operator", "hub:x"], ["hub:a", "ceiling:blue"],
              ["hub:a", "ceiling:red", "ceiling:red"], ["organisation:a", "organisation:b"], ["hub:a", "x"]]
)  # fmt: skip
def test_words_that_mean_nobody_are_refused(words: list[str]) -> None:
    with pytest.raises(UsageError):
        viewer_of(words)


def test_the_name_that_others_use_is_answered_to(two: SqliteStore) -> None:
    ask = asker(create_app(two, base_url="https://Depgraph.Example:8443"))
    assert ask("methods", headers={"Host": "depgraph.example:8443"}).status_code == 200
    assert ask("methods", headers={"Host": "depgraph.example"}).status_code == 400
    for wrong in ("depgraph.example", "ftp://x", "https://a@b", "https://x/y", "https://"):
        with pytest.raises(UsageError):
            hosts_of(wrong)
    assert reachable("192.0.2.1") == "192.0.2.1"


def test_everybody_may_ask_what_says_nothing_of_the_store(keyed: Callable[..., Ask], keyring: Keyring) -> None:
    keyring.create(["operator"], days=1, now=START)
    ask = keyed()
    found: dict[str, httpx.Response] = {path: ask(path) for path in sorted(PUBLIC)}
    assert {answer.status_code for answer in found.values()} == {200}
    assert found["/health"].json() == found["/health/live"].json() == {"status": "pass"}
