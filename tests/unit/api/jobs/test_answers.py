"""What is asked as a job is answered as GET answers it, and what is no question is refused."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, get_args, get_origin
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from api.app import create_app
from api.jobs.bounds import Bounds
from api.jobs.questions import QUESTIONS
from depgraph.model import Facts, Node
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import FACTS, Ask, asker, jobs_over, run
from tests.unit.api.jobs.conftest import CHANCES, post, the_job
from tests.unit.api.test_app import ANSWERS

PAGE = Path(__file__).parents[4] / "docs" / "api.md"
ASKED = [
    (kind, asked)
    for path, questions in ANSWERS.items()
    if (kind := path[1:].partition("/{")[0]) in QUESTIONS and path != "/nodes/{id}"
    for asked in questions[-1:]
]


def body_of(asked: str) -> dict[str, Any]:
    """Return the body that asks what a query asks."""
    url = urlsplit(asked)
    kind, _, ref = url.path.partition("/")
    fields = QUESTIONS[kind].body.model_fields
    shapes = {field.alias or name: field.annotation for name, field in fields.items()}
    body: dict[str, Any] = {"ref": ref} if ref else {}
    for key, value in parse_qsl(url.query):
        if key == "pageSize":
            continue
        if get_origin(shapes[key]) is list and key != "names":
            body.setdefault(key, []).append(value)
        else:
            shape = {shapes[key], *get_args(shapes[key])}
            body[key] = (
                json.loads(value)
                if key in ("scenario", "probabilities", "names") or shape & {int, float, bool}
                else value
            )
    return body


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    """Give a store with two revisions, which no test changes."""
    store = SqliteStore(tmp_path_factory.mktemp("two") / "facts.sqlite")
    store.replace(run(), [FACTS])
    where = Node("name:Grid", {"name": "Grid", "country": "BE"}, "more.csv:2")
    store.replace(run("more"), [Facts(nodes=(where,))])
    return store


@pytest.fixture(scope="module")
def ask_both(two: SqliteStore, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    jobs, _ = jobs_over(two, tmp_path_factory.mktemp("jobs"))
    return asker(create_app(two, jobs=jobs))


def test_each_question_that_is_worked_out_may_be_asked_as_a_job() -> None:
    from tests.unit.api.test_abandoned import AT_WORK

    assert {path[1:].partition("/{")[0] for path in AT_WORK} == {*QUESTIONS}
    jobs = PAGE.read_text(encoding="utf-8").partition("\n## Jobs\n\n")[2].partition("\n\n")[0]
    assert {*re.findall(r"`/([a-z-]+)`", jobs)} == {*QUESTIONS}, "the page names each"


@pytest.mark.parametrize(("kind", "asked"), ASKED)
def test_a_job_makes_the_answer_that_get_gives(ask_both: Ask, kind: str, asked: str) -> None:
    taken = post(ask_both, kind, body_of(asked))
    assert taken.status_code == 202, taken.text
    assert taken.headers["location"] == f"/api/v1/jobs/{the_job(taken)['id']}"
    job = the_job(ask_both(taken.headers["location"]))
    assert (job["state"], job["detail"]) == ("done", "")
    result = f"{job['result']}?pageSize={1 if 'pageSize' in asked else 100}"
    made, given = ask_both(result), ask_both(asked)
    for answer in (made, given):
        address = answer.json()["meta"]["address"]
        assert address.partition("?")[0] == f"http://localhost:8000/api/v1/{asked.partition('?')[0]}"
    again = ask_both(made.json()["meta"]["address"].removeprefix("http://localhost:8000"))
    assert again.json()["rows"][:1] == made.json()["rows"][:1]
    cursors = [answer.json()["meta"].pop("next_cursor", "") for answer in (made, given)]
    assert bool(cursors[0]) == bool(cursors[1])
    told = [
        {**answer.json(), "meta": {**answer.json()["meta"], "next_cursor": "", "address": ""}}
        for answer in (made, given)
    ]
    assert told[0] == told[1]
    for form in ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"):
        one, other = (ask_both(each, headers={"Accept": form}) for each in (result, asked))
        assert one.content == other.content


def test_a_result_comes_in_pages(ask_both: Ask) -> None:
    job = the_job(ask_both(post(ask_both, "centralities", {"measure": "degree"}).headers["location"]))
    whole = ask_both(job["result"]).json()["rows"]
    rows, answer = [], ask_both(f"{job['result']}?pageSize=4")
    rows += answer.json()["rows"]
    while "link" in answer.headers:
        answer = ask_both(f"{job['result']}?{answer.headers['link'].partition('?')[2].partition('>')[0]}")
        rows += answer.json()["rows"]
    assert len(rows) > 8
    assert rows == whole


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"probabilities": {"all": 0.5}, "trials": 0}, "#/trials"),
        ({"probabilities": {"all": 0.5}, "trials": 10_000_000}, "#/trials"),
        ({"probabilities": {"all": 0.5}, "trials": "10"}, "#/trials"),
        ({"probabilities": [1]}, "#/probabilities"),
        ({"probabilities": {}, "nonsense": 1}, "#/nonsense"),
        ({"probabilities": {}, "as_of": "2026-01-01"}, "#/as_of"),
        ({"probabilities": {}, "asOf": "0"}, "#/asOf"),
        ([], "#"),
    ],
)
def test_what_is_wrong_with_a_body_is_told_with_its_place(ask_both: Ask, body: object, pointer: str) -> None:
    answer = post(ask_both, body=body)
    assert answer.status_code == 400
    assert [(one["in"], one["pointer"]) for one in answer.json()["errors"]] == [("body", pointer)]


def test_a_body_that_is_no_json_is_refused(ask_both: Ask) -> None:
    for content in (b"{", b"", b"\xff", b"[" * 100_000):
        answer = ask_both("simulations", method="POST", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, content[:5]
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_job_that_fails_says_what_its_answer_would_have_said(ask_both: Ask) -> None:
    job = the_job(ask_both(post(ask_both, "blasts", {"id": ["Nobody"]}).headers["location"]))
    asked = ask_both("blasts?id=Nobody")
    assert (job["state"], job["status"], job["detail"]) == ("failed", 404, asked.json()["detail"])
    assert job["result"] == ""
    assert ask_both(f"jobs/{job['id']}/result").json() == asked.json()
    wrong = the_job(ask_both(post(ask_both, "blasts", {"scenario": {"nonsense": 1}}).headers["location"]))
    assert (wrong["state"], wrong["status"]) == ("failed", 400)
    assert "nonsense" in wrong["detail"]


def test_a_server_without_jobs_says_so(own_ask: Ask) -> None:
    assert post(own_ask).status_code == 503


def sent(ask_app: Any, chunks: Callable[[], Any], headers: dict[str, str]) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(ask_app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/api/v1/simulations", content=chunks(), headers=headers)

    return asyncio.run(send())


def test_a_body_comes_no_larger_and_no_slower_than_it_may(store: SqliteStore, tmp_path: Path) -> None:
    jobs, _ = jobs_over(store, tmp_path / "jobs", bounds=Bounds(body=1_000, body_seconds=0.2))
    app = create_app(store, jobs=jobs)
    json_ = {"Content-Type": "application/json"}

    async def large() -> Any:
        for _ in range(5):
            yield b" " * 300

    async def slow() -> Any:
        yield b"{"
        await asyncio.sleep(0.5)
        yield b"}"

    said = sent(app, large, {**json_, "Content-Length": "1500"})
    unsaid = sent(app, large, json_)
    assert [said.status_code, unsaid.status_code] == [413, 413]
    assert all("1,000 bytes" in answer.json()["detail"] for answer in (said, unsaid))
    late = sent(app, slow, json_)
    assert late.status_code == 408
    assert "0.2 seconds" in late.json()["detail"]


def test_only_what_is_wanted_is_taken_as_a_body(ask_both: Ask) -> None:
    for headers in (
        {"Content-Type": "text/plain"},
        {},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ):
        answer = ask_both("simulations", method="POST", content=b"{}", headers=headers)
        assert answer.status_code == 415
    assert ask_both("nodes", method="POST", json={}).status_code == 405
    assert ask_both("simulations.csv", method="POST", json={}).status_code == 404, "this has no limits on a body"
    assert ask_both("nodes", content=b"x" * 10).status_code == 200, "what a question brings is dropped, as before"


def test_a_page_of_another_site_makes_no_job(ask_both: Ask) -> None:
    for origin in ("https://evil.example", "http://localhost:9", "null"):
        assert post(ask_both, Origin=origin).status_code == 403
    assert post(ask_both, Origin="http://localhost:8000").status_code == 202


def test_what_is_asked_in_a_body_is_logged(store: SqliteStore, tmp_path: Path) -> None:

    from api.audit.writer import AuditLog

    jobs, _ = jobs_over(store, tmp_path / "jobs")
    with closing(AuditLog(tmp_path / "audit")) as log:
        ask = asker(create_app(store, log=log, jobs=jobs))
        job = the_job(ask(post(ask).headers["location"]))
        ask(job["result"])
    records = [json.loads(line) for line in (tmp_path / "audit" / "00000001.jsonl").read_text().splitlines()]
    answers = [record for record in records if record["event"] == "answer"]
    assert json.loads(answers[0]["asked"]) == CHANCES
    assert [(each["method"], each["status"], each["rows"]) for each in answers] == [
        ("POST", 202, 1), ("GET", 200, 1), ("GET", 200, 5),
    ]  # fmt: skip
    assert answers[2]["revision"] == 1


def test_a_question_that_takes_too_long_is_refused_and_done_as_a_job(two: SqliteStore, tmp_path: Path) -> None:
    jobs, _ = jobs_over(two, tmp_path / "jobs", bounds=Bounds(question_seconds=0.0))
    ask = asker(create_app(two, jobs=jobs))
    told = "a question may take 0 seconds here, and this one takes longer"
    long = {path[1:].partition("/{")[0]: questions[0] for path, questions in ANSWERS.items() if path != "/nodes/{id}"}
    for kind in QUESTIONS:
        asked = long[kind]
        refused = ask(asked)
        assert refused.status_code == 400, refused.text
        assert refused.json()["detail"] == f"{told}: ask for it as a job, with POST /api/v1/{kind}, or for less"
        assert the_job(ask(post(ask, kind, body_of(asked)).headers["location"]))["state"] == "done"
