"""Jobs are kept: each for whom asked for it alone, of the graph that he saw, so many and so long."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from api.app import create_app
from api.jobs.bounds import Bounds
from api.jobs.ledger import Ledger, State
from api.jobs.service import Jobs
from api.jobs.working import _Telling
from api.security.gate import Access
from api.security.keyring import Keyring
from depgraph.model import Facts, Label, Marking, Node
from depgraph.ports import Store
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.viewers import Role, Viewer
from tests.unit.api.conftest import FACTS, NOON, Ask, Later, asker, jobs_over, run
from tests.unit.api.jobs.conftest import CHANCES, post, the_job

CARE = Marking(Label.AMBER, hubs=("care",))
GOUDA = Facts(nodes=(Node("name:Gouda", {"name": "Gouda"}, "g.csv:2"),))


def test_a_job_is_told_of_while_it_is_not_done(ask_later: tuple[Ask, Later]) -> None:
    ask, later = ask_later
    taken = the_job(post(ask))
    assert (taken["state"], taken["created"], taken["started"], taken["result"]) == (
        "waiting",
        NOON.isoformat(),
        "",
        "",
    )
    early = ask(f"jobs/{taken['id']}/result")
    assert early.status_code == 409
    assert "waiting" in early.json()["detail"]
    later.work()
    done = the_job(ask(f"jobs/{taken['id']}"))
    assert (done["state"], done["done"], done["whole"], done["ended"]) == ("done", 10, 10, NOON.isoformat())
    assert [row["id"] for row in ask("jobs").json()["rows"]] == [taken["id"]]


def test_a_job_that_is_cancelled_is_not_done(ask_later: tuple[Ask, Later], tmp_path: Path) -> None:
    ask, later = ask_later
    taken = the_job(post(ask))
    assert ask(f"jobs/{taken['id']}", method="DELETE").status_code == 204
    assert later.stopped == (taken["id"],)
    later.work()
    assert the_job(ask(f"jobs/{taken['id']}"))["state"] == "cancelled"
    assert ask(f"jobs/{taken['id']}/result").status_code == 409
    # Asked again, it is begun anew; and one that is done is forgotten.
    assert the_job(post(ask))["id"] == taken["id"]
    later.work()
    assert the_job(ask(f"jobs/{taken['id']}"))["state"] == "done"
    assert ask(f"jobs/{taken['id']}", method="DELETE").status_code == 204
    assert ask(f"jobs/{taken['id']}").status_code == 404
    assert not (tmp_path / "jobs" / taken["id"]).exists()


def test_who_is_cancelled_at_work_ends_there(store: SqliteStore, tmp_path: Path) -> None:
    from api.callers import AbandonedError

    jobs, later = jobs_over(store, tmp_path / "jobs", Later)
    job = jobs.submit("simulations", CHANCES, owner="", viewer=None)
    assert later.ledger.begin(job.id, "")
    _Telling(later.ledger, job.id)(1, 10)
    jobs.cancel(jobs.find(job.id, "", None))
    with pytest.raises(AbandonedError):
        _Telling(later.ledger, job.id)(2, 10)


def test_how_far_a_job_came_does_not_depend_on_the_clock_once_it_ended(store: SqliteStore, tmp_path: Path) -> None:
    """All but the first of these are told within half a second, and so passed over."""
    jobs, later = jobs_over(store, tmp_path / "jobs", Later)
    done = jobs.submit(
        "importances", {"id": "function:name:Ede/mail", "probabilities": {"all": 0.5}}, owner="", viewer=None
    )
    failed = jobs.submit("trends", {"measure": "score", "id": "name:Nobody"}, owner="", viewer=None)
    gone = jobs.submit("simulations", CHANCES, owner="", viewer=None)
    assert isinstance(later, Later)
    assert later.ledger.begin(gone.id, "")
    _Telling(later.ledger, gone.id)(1, 10)
    jobs.cancel(jobs.find(gone.id, "", None))
    later.work()
    assert [
        (found.state.value, found.done, found.whole)
        for found in (jobs.find(job.id, "", None) for job in (done, failed, gone))
    ] == [("done", 5, 5), ("failed", 0, 0), ("cancelled", 0, 0)]


def test_the_same_request_is_the_same_job(ask_later: tuple[Ask, Later], import_more: Callable[[], None]) -> None:
    ask, later = ask_later
    first = the_job(post(ask))["id"]
    assert the_job(post(ask, body={**CHANCES, "seed": 1, "limit": 20}))["id"] == first, "defaults written out"
    later.work()
    assert the_job(post(ask))["state"] == "done"
    assert the_job(post(ask, body={**CHANCES, "seed": 2}))["id"] != first
    import_more()
    assert the_job(post(ask))["id"] != first, "of another graph"
    assert the_job(ask(f"jobs/{first}"))["state"] == "done", "what was made stays as it was"


def test_a_key_of_the_caller_makes_one_job(ask_later: tuple[Ask, Later], import_more: Callable[[], None]) -> None:
    ask, _ = ask_later
    first = the_job(post(ask, **{"Idempotency-Key": "a"}))["id"]
    import_more()
    assert the_job(post(ask, **{"Idempotency-Key": "a"}))["id"] == first
    assert the_job(post(ask, **{"Idempotency-Key": "b"}))["id"] != first
    other = post(ask, body={**CHANCES, "seed": 2}, **{"Idempotency-Key": "a"})
    assert other.status_code == 409
    assert "Idempotency-Key" in other.json()["detail"]


def test_a_job_is_of_the_graph_that_was_there_when_it_was_asked_for(
    ask_later: tuple[Ask, Later], import_more: Callable[[], None]
) -> None:
    ask, later = ask_later
    job = the_job(post(ask, "centralities", {"measure": "degree"}))["id"]
    import_more()
    later.work()
    assert "Gouda" not in ask(f"jobs/{job}/result").text
    assert "Gouda" in ask("centralities?measure=degree").text


@pytest.fixture
def keyed(store: SqliteStore, tmp_path: Path) -> Callable[..., Ask]:
    """Give what sends requests with a key of somebody, to one server."""
    keyring = Keyring(tmp_path / "access")
    jobs, _ = jobs_over(store, tmp_path / "jobs")
    ask = asker(create_app(store, access=Access(keyring, now=lambda: NOON), jobs=jobs))

    def of(*words: str) -> Ask:
        written, _ = keyring.create(words, days=1, now=NOON)
        return lambda path, method="GET", headers=None, **options: ask(
            path, method, headers={**(headers or {}), "Authorization": f"Bearer {written}"}, **options
        )

    return of


def test_another_s_job_is_as_one_that_is_not_there(keyed: Callable[..., Ask]) -> None:
    mine, same_hub, operator = keyed("hub:care"), keyed("hub:care"), keyed("operator")
    job = the_job(post(mine))["id"]
    unknown = "a" * 26
    for other in (same_hub, operator):
        for path, method in ((f"jobs/{job}", "GET"), (f"jobs/{job}/result", "GET"), (f"jobs/{job}", "DELETE")):
            one, none = (other(each, method=method) for each in (path, path.replace(job, unknown)))
            assert one.status_code == none.status_code == 404
            assert one.text.replace(job, unknown) == none.text
            assert one.headers == none.headers
        assert other("jobs").json()["rows"] == []
        assert the_job(post(other))["id"] != job
        assert (
            the_job(post(other, **{"Idempotency-Key": "a"}))["id"]
            != the_job(post(mine, **{"Idempotency-Key": "a"}))["id"]
        )
    assert the_job(mine(f"jobs/{job}"))["state"] == "done"
    for strange in ("x", "../jobs.sqlite", "%2e%2e", "A" * 26, f"{job}/lock"):
        assert mine(f"jobs/{strange}").status_code == 404


def test_what_is_hidden_makes_no_other_job(keyed: Callable[..., Ask], store: SqliteStore) -> None:
    care, water = keyed("hub:care"), keyed("hub:water")
    jobs = [the_job(post(ask))["id"] for ask in (care, water)]
    store.replace(run("care")._replace(marking=CARE), [GOUDA])
    again = [the_job(post(ask))["id"] for ask in (care, water)]
    assert again[1] == jobs[1]
    assert again[0] != jobs[0]


def test_a_hidden_import_that_came_first_makes_no_other_job(tmp_path: Path) -> None:
    names = set()
    for number, imports in enumerate(([(run("care")._replace(marking=CARE), GOUDA), (run(), FACTS)], [(run(), FACTS)])):
        store = SqliteStore(tmp_path / f"{number}.sqlite")
        for made, facts in imports:
            store.replace(made, [facts])
        if number:
            shutil.copytree(tmp_path / "0.jobs", tmp_path / "1.jobs")
        jobs, doing = jobs_over(store, tmp_path / f"{number}.jobs", Later)
        doing.ledger.secret()  # which ids are made with
        water = Viewer(role=Role.HUB, hubs=("water",))
        names.add(jobs.submit("simulations", {**CHANCES, "seed": 5}, owner="x", viewer=water).id)
        jobs.cancel(jobs.all("x", water)[0])
        store.close()
    assert len(names) == 1


def test_a_check_is_of_what_the_community_saw_when_it_was_asked_for(
    keyed: Callable[..., Ask], store: SqliteStore
) -> None:
    """The hub counts an import more than the community, which has no revision of that number."""
    store.replace(run("care")._replace(marking=CARE), [GOUDA])
    care = keyed("hub:care")
    job = the_job(post(care, "checks", {"supplier": "Cloud"}))
    assert job["state"] == "done"
    made, asked = (care(path).json() for path in (job["result"], "checks?supplier=Cloud"))
    assert made["rows"] == asked["rows"]
    assert made["meta"]["graph_digest"] == asked["meta"]["graph_digest"]


def test_what_a_job_made_is_gone_once_its_material_is_marked_anew(
    keyed: Callable[..., Ask], store: SqliteStore, tmp_path: Path
) -> None:
    water = keyed("hub:water")
    before = the_job(post(water))["id"]
    store.replace(run("more"), [GOUDA])
    made = the_job(post(water, "centralities", {"measure": "degree"}))
    assert "Gouda" in water(made["result"]).text
    cursor = water(f"{made['result']}?pageSize=1").json()["meta"]["next_cursor"]
    store.replace(run("more")._replace(marking=CARE), [GOUDA])
    unknown = water(f"jobs/{'a' * 26}")
    for path in (f"jobs/{made['id']}", made["result"], f"{made['result']}?pageSize=1&cursor={cursor}"):
        assert water(path).status_code == 404
    assert water(f"jobs/{made['id']}").text == unknown.text.replace("a" * 26, made["id"])
    assert [row["id"] for row in water("jobs").json()["rows"]] == [before], "what was made of less is still there"
    assert not (tmp_path / "jobs" / made["id"]).exists()


def test_what_a_job_made_is_gone_once_an_import_is_pruned_that_was_seen_then(
    keyed: Callable[..., Ask], store: SqliteStore
) -> None:
    water = keyed("hub:water")
    for marking, status in ((CARE, 200), (run().marking, 404)):
        for _ in range(2):
            store.replace(run("more")._replace(part=marking.text, marking=marking), [GOUDA])
        job = the_job(post(water, "centralities", {"measure": "degree"}))
        store.prune()
        assert water(f"jobs/{job['id']}").status_code == water(job["result"]).status_code == status


def test_nobody_may_have_too_many_jobs(store: SqliteStore, tmp_path: Path) -> None:
    jobs, _ = jobs_over(store, tmp_path / "jobs", Later, bounds=Bounds(waiting_own=2))
    ask = asker(create_app(store, jobs=jobs))
    taken = [post(ask, body={**CHANCES, "seed": seed}) for seed in (1, 2, 3)]
    assert [answer.status_code for answer in taken] == [202, 202, 429]
    assert "2 jobs of yours are not done" in taken[2].json()["detail"]
    assert taken[2].headers["retry-after"]
    assert post(ask, body={**CHANCES, "seed": 1}).status_code == 202, "one that is taken on already"
    assert ask(f"jobs/{the_job(taken[0])['id']}", method="DELETE").status_code == 204
    assert post(ask, body={**CHANCES, "seed": 3}).status_code == 202


def test_nobody_keeps_more_jobs_than_he_may(store: SqliteStore, tmp_path: Path) -> None:
    jobs, _ = jobs_over(store, tmp_path / "jobs", bounds=Bounds(kept_own=2))
    ask = asker(create_app(store, jobs=jobs))
    jobs.submit("simulations", CHANCES, owner="another", viewer=None)
    taken = [post(ask, body={**CHANCES, "seed": seed}) for seed in (1, 2, 3)]
    assert [answer.status_code for answer in taken] == [202, 202, 409]
    assert taken[2].json()["detail"] == (
        "2 jobs of yours are kept, the most that may be, each for 7 days after it ended: DELETE those at /api/v1/jobs"
        " whose results you have"
    )
    assert [ask(the_job(answer)["result"]).status_code for answer in taken[:2]] == [200, 200], "none is dropped"
    assert post(ask, body={**CHANCES, "seed": 1}).status_code == 202, "one that is kept already"
    assert ask(f"jobs/{the_job(taken[0])['id']}", method="DELETE").status_code == 204
    assert post(ask, body={**CHANCES, "seed": 3}).status_code == 202


def test_a_job_that_failed_or_was_cancelled_is_begun_anew_in_its_own_place(store: SqliteStore, tmp_path: Path) -> None:
    jobs, later = jobs_over(store, tmp_path / "jobs", Later, bounds=Bounds(kept_own=2))
    assert isinstance(later, Later)
    ask = asker(create_app(store, jobs=jobs))
    failing, cancelled = {"probabilities": {"name:Nobody": 0.5}}, {**CHANCES, "seed": 2}
    taken = [post(ask, body=body) for body in (failing, cancelled)]
    assert ask(f"jobs/{the_job(taken[1])['id']}", method="DELETE").status_code == 204
    later.work()
    assert [the_job(ask(answer.headers["location"]))["state"] for answer in taken] == ["failed", "cancelled"]
    again = [post(ask, body=body) for body in (failing, cancelled)]
    assert [(answer.status_code, the_job(answer)["state"]) for answer in again] == [(202, "waiting")] * 2
    assert [the_job(answer)["id"] for answer in again] == [the_job(answer)["id"] for answer in taken]
    with jobs.incoming(""):
        assert post(ask).status_code == 409, "another one is none of these"


def test_a_job_does_not_say_where_a_store_lies_that_it_could_not_read(
    store: SqliteStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    jobs, later = jobs_over(store, tmp_path / "jobs", Later)
    assert isinstance(later, Later)
    job = jobs.submit("simulations", CHANCES, owner="", viewer=None)
    (tmp_path / "foreign.sqlite").write_text("something else " * 100)
    later.store = SqliteStore(tmp_path / "foreign.sqlite")
    later.work()
    found = jobs.find(job.id, "", None)
    assert (found.state, found.status, str(tmp_path) in found.detail) == (State.FAILED, 503, False)
    assert "foreign.sqlite" in caplog.text


class Counting(Ledger):
    """A ledger that counts what its database does."""

    steps = 0

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with super()._changing() as base:
            base.set_progress_handler(self._count, 1)
            yield base

    def _count(self) -> int:
        self.steps += 1
        return 0


def test_to_take_a_job_on_takes_as_long_however_many_are_kept(store: SqliteStore, tmp_path: Path) -> None:
    ledger = Counting(tmp_path / "jobs")
    jobs = Jobs(ledger, store, Later(ledger, store, lambda: NOON), now=lambda: NOON)

    def steps_of(seed: int) -> int:
        ledger.steps = 0
        with jobs.incoming(""):
            jobs.submit("simulations", {**CHANCES, "seed": seed}, owner="", viewer=None)
        return ledger.steps

    steps_of(1)
    before = steps_of(2)
    with closing(sqlite3.connect(tmp_path / "jobs" / "jobs.sqlite")) as base:
        base.execute(
            "with recursive n(at) as (select 1 union all select at + 1 from n where at < 3000) insert into jobs"
            " (id, owner, seen_as, kind, asked, request, material, state, created, revision, ended)"
            " select 'kept' || at, 'another', '[]', 'simulations', '{}', '', '[]', 'done', ?, 1, ? from n",
            (NOON.isoformat(), NOON.isoformat()),
        )
        base.commit()
    assert 0 < steps_of(3) < 1.5 * before


def test_what_was_made_is_forgotten_in_time(store: SqliteStore, tmp_path: Path) -> None:
    jobs, _ = jobs_over(store, tmp_path / "jobs")
    old = jobs.submit("simulations", CHANCES, owner="", viewer=None)
    later, _ = jobs_over(store, tmp_path / "jobs", now=NOON + timedelta(days=7))
    new = later.submit("simulations", {**CHANCES, "seed": 2}, owner="", viewer=None)
    assert {job.id for job in later.all("", None)} == {old.id, new.id}
    latest, _ = jobs_over(store, tmp_path / "jobs", now=NOON + timedelta(days=7, seconds=1))
    latest.submit("simulations", {**CHANCES, "seed": 3}, owner="", viewer=None)
    assert old.id not in {job.id for job in latest.all("", None)}
    assert not (tmp_path / "jobs" / old.id).exists()


def test_jobs_are_for_their_owner_alone_on_the_disk(ask_later: tuple[Ask, Later], tmp_path: Path) -> None:
    ask, later = ask_later
    post(ask)
    later.work()
    found = [tmp_path / "jobs", *(tmp_path / "jobs").rglob("*")]
    assert len(found) == 6
    assert {path.stat().st_mode & 0o077 for path in found} == {0}


def test_what_an_earlier_server_left_is_done(store: SqliteStore, tmp_path: Path) -> None:
    first, _ = jobs_over(store, tmp_path / "jobs", Later)
    job = first.submit("simulations", CHANCES, owner="", viewer=None)
    begun = first.submit("simulations", {**CHANCES, "seed": 2}, owner="", viewer=None)
    second, runner = jobs_over(store, tmp_path / "jobs", Later)
    assert isinstance(runner, Later)
    assert runner.ledger.begin(begun.id, "")  # by a process that is no more
    second.resume()
    runner.work()
    assert [second.find(each.id, "", None).state for each in (job, begun)] == [State.DONE, State.DONE]


def test_a_job_that_an_older_server_took_in_another_form_says_so(ask_later: tuple[Ask, Later]) -> None:
    ask, later = ask_later
    for kind, body in (("simulations", CHANCES), ("reports", {"kind": "auditor"})):
        taken = the_job(post(ask, kind, body))
        kept = later.ledger.find(taken["id"])
        assert kept is not None
        later.ledger.add(dataclasses.replace(kept, asked={"chances": 1}))
        later.work()
        job = the_job(ask(f"jobs/{taken['id']}"))
        assert (job["state"], job["status"]) == ("failed", 410)
        assert "another version of depgraph took: ask for it anew" in job["detail"]


def two_servers_agree(one: Store, other: Store, folder: Path, facts: Facts = FACTS) -> None:
    """Hold two servers before one store against each other: revisions, jobs, and what is marked closer."""
    one.replace(run(), [facts])
    asks = [asker(create_app(store, jobs=jobs_over(store, folder)[0])) for store in (one, other)]
    as_water = [
        asker(create_app(store, access=Access(viewer=Viewer(role=Role.HUB, hubs=("water",), ceiling=Label.AMBER))))
        for store in (one, other)
    ]
    assert [ask("nodes/name:Gouda").status_code for ask in (*asks, *as_water)] == [404] * 4
    one.replace(run("more"), [GOUDA])
    assert [ask("nodes/name:Gouda").json()["meta"]["revision"] for ask in (*asks, *as_water)] == [2] * 4
    job = the_job(post(asks[0]))["id"]
    for question in (f"jobs/{job}", f"jobs/{job}/result", "jobs"):
        first, second = (ask(question) for ask in asks)
        assert (first.status_code, first.content) == (200, second.content)
    assert asks[1](f"jobs/{job}", method="DELETE").status_code == 204
    assert asks[0](f"jobs/{job}").status_code == 404
    other.replace(run("more")._replace(marking=CARE), [GOUDA])
    assert [ask("nodes/name:Gouda").status_code for ask in (*asks, *as_water)] == [200, 200, 404, 404]
    # Closed at every revision, as one that is not there.
    assert [ask("nodes/name:Gouda?revision=2").status_code for ask in as_water] == [400, 400]


def test_two_servers_before_one_store_see_the_same_revisions_and_jobs(tmp_path: Path) -> None:
    path = tmp_path / "facts.sqlite"
    with closing(SqliteStore(path)) as one, closing(SqliteStore(path)) as other:
        two_servers_agree(one, other, tmp_path / "jobs")
