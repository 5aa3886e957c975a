"""Who may not import, and what does not come in: each is told why, and nothing is stored."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from api.imports.asked import asked_of
from api.security.keyring import Keyring
from depgraph.errors import UsageError
from tests.unit.api.conftest import NOON, Ask
from tests.unit.api.imports.conftest import ALL, NEEDS, House


@pytest.mark.parametrize(
    ("words", "may_mark", "told", "refused"),
    [
        ("hub:north", (), {}, (403, "may not import")),
        ("hub:north", ("tlp:green",), {}, (403, "mark what it imports tlp:green, and not tlp:amber")),
        ("hub:north", ALL, {"hub": "south"}, (400, "would not see")),
        ("organisation:Ede", ALL, {"hub": "north"}, (400, "name your organisation")),
        ("auditor", (), {}, (403, "auditor may not ask this")),
        ("procurement", (), {}, (403, "procurement may not ask this")),
    ],
)
def test_who_may_not_import_so_is_told_why(
    house: House, words: str, may_mark: tuple[str, ...], told: dict[str, Any], refused: tuple[int, str]
) -> None:
    status, says = refused
    before = house.store.describe()
    answer = house.send(house.key(words, may_mark=may_mark), **told)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert says in answer.json()["detail"]
    assert house.store.describe() == before
    assert not [*house.folder.glob("incoming/*")]


@pytest.mark.parametrize(("words", "may_mark"), [("auditor", ["green"]), ("hub:north", ["red"]), ("hub:north", ["x"])])
def test_a_key_that_may_mark_what_its_holder_would_not_see_is_not_made(
    tmp_path: Path, words: str, may_mark: list[str]
) -> None:
    with pytest.raises(UsageError):
        Keyring(tmp_path).create([words, "ceiling:tlp:amber"], days=1, now=NOON, may_mark=may_mark)


def test_a_number_may_have_all_its_digits() -> None:
    asked = asked_of([("source", "register"), ("marking", "tlp:amber"), ("assumeYears", "82.06274621264198")])
    assert asked.assume_years == 82.06274621264198


def test_nobody_imports_without_a_login(ask: Ask) -> None:
    answer = ask("imports", method="POST", data={"source": "register"}, files={"file": ("needs.csv", b"x")})
    assert answer.status_code == 403
    assert "nobody logs in" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"source": "nonsense"}, "#/source"),
        ({"source": "clearing"}, "#/source"),
        ({"source": None}, "#/source"),
        ({"marking": None}, "#/marking"),
        ({"marking": "tlp:blue"}, "#/marking"),
        ({"dryRun": "1"}, "#/dryRun"),
        ({"assumeYears": "ten"}, "#/assumeYears"),
        ({"retrieved": "0"}, "#/retrieved"),
        ({"nonsense": "1"}, "#/nonsense"),
        ({"part": ["a", "b"]}, "#/part"),
        ({"part": "a\x00b"}, "#/part"),
        ({"ignore": "x" * 3_000}, "#/ignore"),
    ],
)
def test_what_is_wrong_with_a_form_is_told_with_its_place(
    house: House, key: dict[str, str], told: dict[str, Any], pointer: str
) -> None:
    answer = house.send(key, **told)
    assert answer.status_code == 400, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    "name",
    [
        "../../x.csv",
        "a/b.csv",
        "..",
        ".hidden",
        "a\\b.csv",
        "/etc/passwd",
        "x" * 200,
        "a.",
        "lock\x01",
        "C:\\needs.csv",
        "c:\\data\\needs.csv",
        "\\\\server\\needs.csv",
        "\\needs.csv",
    ],
)
def test_the_name_of_a_file_is_no_path(house: House, key: dict[str, str], name: str) -> None:
    root = house.folder.parent
    before = {path for path in root.rglob("*") if path.name != "used" and path.parent.name != "used"}
    answer = house.send(key, name=name)
    assert answer.status_code == 400, answer.text
    assert "no plain name" in answer.json()["detail"]
    after = {path for path in root.rglob("*") if path.name != "used" and path.parent.name != "used"}
    assert after - before <= {house.folder / "incoming"}


def test_two_files_of_one_name_are_refused(house: House, key: dict[str, str]) -> None:
    files = [("file", (name, NEEDS.encode())) for name in ("needs.csv", "NEEDS.csv")]
    data = {"source": "register", "marking": "tlp:green"}
    answer = house.ask("imports", method="POST", data=data, files=files, headers=key)
    assert answer.status_code == 400
    assert "two files" in answer.json()["detail"]


def test_limits_and_types_are_refused_with_a_problem_that_says_them(house: House, key: dict[str, str]) -> None:
    answer = house.send(key, "x" * 100_000)
    assert (answer.status_code, "100,000 bytes" in answer.json()["detail"]) == (413, True)

    async def unmeasured() -> Any:  # without a length that is said
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="needs.csv"\r\n\r\n'
        for _ in range(11):
            yield b"x" * 10_000

    form = {**key, "Content-Type": "multipart/form-data; boundary=b"}
    assert house.ask("imports", method="POST", content=unmeasured(), headers=form).status_code == 413
    assert house.ask("imports", method="POST", json={}, headers=key).status_code == 415
    for path in ("imports.csv", "simulations.json"):  # where no limit of a body is known
        assert house.ask(path, method="POST", content=b"x", headers=form).status_code == 404
    for body in (b"", b"nonsense", b"--b\r\nContent-Disposition: form-data; name=source\r\n\r\nregister", b"--b--"):
        answer = house.ask("imports", method="POST", content=body, headers=form)
        assert (answer.status_code, body) == (400, body)
    bare = {**key, "Content-Type": "multipart/form-data"}
    assert "boundary" in house.ask("imports", method="POST", content=b"", headers=bare).json()["detail"]
    assert not [*house.folder.glob("incoming/*")]


def test_no_more_come_in_at_once_than_may(house: House, hub: str, key: dict[str, str]) -> None:
    with house.jobs.incoming("somebody"):
        answer = house.send(key, hub=hub)
    assert answer.status_code == 429
    assert answer.headers["retry-after"]
    assert house.send(key, hub=hub, dryRun="true").status_code == 202


def test_no_more_lies_on_the_disk_than_may(house: House, hub: str, key: dict[str, str]) -> None:
    house.doing.later = True
    rows = ["x" * 70_000, "y" * 70_000, "z" * 70_000]
    answers = [house.send(key, row, hub=hub) for row in rows]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert "more than 120,000 bytes wait" in answers[2].json()["detail"]
    house.doing.work()
    assert house.send(key, NEEDS, hub=hub).status_code == 202


def test_a_zip_bomb_is_refused_as_on_the_command_line(house: House, key: dict[str, str]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("needs.csv", b"\n" * (40 * 2**20))
    data = {"source": "register", "marking": "tlp:green"}
    before = house.store.describe()
    taken = house.ask("imports", method="POST", data=data, files={"file": ("r.zip", packed.getvalue())}, headers=key)
    job = house.job(key, taken)
    assert (job["state"], job["status"]) == ("failed", 400)
    assert "unpack" in job["detail"]
    assert str(house.folder) not in job["detail"]
    assert house.store.describe() == before
