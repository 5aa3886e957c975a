"""Reports over HTTP: the files of the command, as seen by whoever asks; and their figures, with the facts behind them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.audit.writer import AuditLog
from api.jobs.bounds import Bounds
from api.security.gate import Access
from api.security.keyring import Keyring
from cli.main import main
from depgraph.model import Facts, Label, Marking, Node
from depgraph.reports.verifying import verify_report
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import FACTS, NOON, PATIENT, Ask, Later, asker, jobs_over, need, run

CARE = Marking(Label.AMBER, hubs=("care",))
MEMBERS = Facts(nodes=tuple(Node(f"name:{name}", {"hub": "care"}, "m.csv:2") for name in ("Ede", "Delft")))
GOUDA, EPE = (
    Facts(
        nodes=(Node(f"name:{name}", {"name": name, "hub": "care"}, "g.csv:2"),),
        needs=(need(f"name:{name}", "name:Cloud", "uses", "g.csv:3"),),
    )
    for name in ("Gouda", "Epe")
)
FIGURE = "spof/group/score_upper/name:Cloud"
SMALL = {"kind": "procurement", "supplier": "Cloud", "forms": ["json"]}
OF_CARE = {"kind": "hub", "hub": "care", "forms": ["json"]}

Keyed = Callable[..., Ask]


class Served:
    """A store of three parts, the middle one of which is for the hub care; who asks for reports of it, and who keeps it."""

    def __init__(self, folder: Path, log: AuditLog | None = None, bounds: Bounds = PATIENT) -> None:
        self.path = folder / "facts.sqlite"
        self.store = SqliteStore(self.path)
        self.store.replace(run(), [FACTS])
        self.store.replace(run("care", "2026-02-01")._replace(marking=CARE), [GOUDA])
        self.store.replace(run("members", "2026-01-15")._replace(marking=Marking(Label.GREEN)), [MEMBERS])
        self.keyring = Keyring(folder / "access")
        jobs, _ = jobs_over(self.store, folder / "jobs", bounds=bounds)
        self._ask = asker(create_app(self.store, access=Access(self.keyring, now=lambda: NOON), jobs=jobs, log=log))
        self._jobs = jobs

    @cached_property
    def keeper(self) -> Ask:
        """What sends requests without a login."""
        return asker(create_app(self.store, jobs=self._jobs))

    def asks(self, *words: str) -> Ask:
        """Return what sends requests with a key of somebody; nobody is the keeper."""
        if not words:
            return self.keeper
        written, _ = self.keyring.create(words, days=1, now=NOON)
        return lambda path, method="GET", headers=None, **options: self._ask(
            path, method, headers={**(headers or {}), "Authorization": f"Bearer {written}"}, **options
        )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a store that no test changes."""
    found = Served(tmp_path_factory.mktemp("reports"))
    with closing(found.store):
        yield found


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    found = Served(tmp_path)
    with closing(found.store):
        yield found


def post(ask: Ask, body: object, **headers: str) -> httpx.Response:
    return ask("reports", method="POST", json=body, headers=headers)


def made(ask: Ask, body: object) -> str:
    """Have a report made; return its address."""
    taken = post(ask, body)
    assert taken.status_code == 202, taken.text
    job = ask(taken.headers["location"]).json()["rows"][0]
    assert (job["state"], job["detail"]) == ("done", "")
    assert job["result"] == f"/api/v1/reports/{job['id']}"
    return str(job["result"])


def asked_with(words: tuple[str, ...]) -> list[str]:
    return [each for word in words for each in ("--as", word)]


@pytest.mark.parametrize(
    ("words", "body", "options", "endings"),
    [
        ((), {"kind": "auditor", "hub": "care", "since": "1"}, "--hub care --since 1 --as-keeper", "json html"),
        (("auditor", "hub:care"), {"kind": "auditor", "sector": "municipality"}, "--sector municipality", "json xlsx"),
        ((), {"kind": "hub", "hub": "care"}, "--hub care", "json html"),
        ((), {"kind": "hub", "hub": "care", "asKeeper": True, "supplier": "Cloud"},
         "--hub care --as-keeper --supplier Cloud", "html"),
        (("hub:care", "ceiling:tlp:amber"), {"kind": "hub", "hub": "care", "asOf": "2026-01-20", "resolution": "strict"},
         "--hub care --as-of 2026-01-20 --resolution strict", "json html xlsx"),
        (("hub:care",), {"kind": "hub", "hub": "care", "redact": "names"}, "--hub care --redact names", "json html"),
        ((), {"kind": "procurement", "supplier": "Cloud"}, "--supplier Cloud", "json"),
        (("procurement",), {"kind": "procurement", "supplier": "Cloud", "buyer": "Ede", "against": ["Grid", "Solar"]},
         "--supplier Cloud --buyer Ede --against Grid --against Solar", "json html xlsx pdf"),
        (("organisation:Ede", "hub:care"), {"kind": "procurement", "supplier": "Cloud", "revision": 2},
         "--supplier Cloud --revision 2", "json"),
    ],
)  # fmt: skip
def test_a_report_is_the_file_that_the_command_writes_for_the_same_viewer(
    served: Served, tmp_path: Path, words: tuple[str, ...], body: dict[str, Any], *, options: str, endings: str
) -> None:
    ask = served.asks(*words)
    address = made(ask, {**body, "forms": endings.split()})
    for ending in endings.split():
        out = tmp_path / f"r.{ending}"
        asked = ["report", body["kind"], *options.split(), *asked_with(words), "--out", str(out)]
        with pytest.raises(SystemExit) as ended:
            main([*asked, "--store", str(served.path)])
        assert ended.value.code == 0
        given = ask(f"{address}.{ending}")
        assert given.status_code == 200
        assert given.content == out.read_bytes(), ending
        if not {"redact", "since"} & {*body}:
            assert verify_report(out, served.store).rows == ()


def test_a_report_that_is_done_is_done_wholly(served: Served) -> None:
    """However long each form took: who sees how far it came by the clock, sees what else was at work."""
    ask = served.keeper
    (job,) = ask(post(ask, {**SMALL, "forms": ["json", "html"]}).headers["location"]).json()["rows"]
    assert (job["state"], job["done"], job["whole"]) == ("done", 3, 3)


def test_only_what_is_made_as_the_keeper_says_so(served: Served) -> None:
    said = "Made as the keeper of the store"
    for words, body, keeper in (
        ((), {"kind": "auditor", "hub": "care"}, True),
        ((), {"kind": "hub", "hub": "care"}, False),
        ((), {"kind": "hub", "hub": "care", "asKeeper": True}, True),
        (("operator",), {"kind": "auditor", "hub": "care"}, False),
    ):
        ask = served.asks(*words)
        page = ask(f"{made(ask, {**body, 'forms': ['html']})}.html").text
        assert (said in page) is keeper, body


def test_each_sees_his_own_report(served: Served) -> None:
    """Gouda is marked for the hub care."""
    for words, body, sees in (
        (("hub:care",), OF_CARE, True),
        (("hub:care", "ceiling:tlp:green"), OF_CARE, False),
        (("organisation:Ede", "hub:care"), {**SMALL, "supplier": "Gouda"}, False),
        (("hub:care",), {**SMALL, "supplier": "Gouda"}, False),
        ((), {**SMALL, "supplier": "Gouda"}, False),
        ((), {**SMALL, "supplier": "Gouda", "asKeeper": True}, True),
    ):
        ask = served.asks(*words)
        job = ask(post(ask, body).headers["location"]).json()["rows"][0]
        if body["kind"] == "hub":
            assert ("Gouda" in ask(job["result"]).text) is sees, words
        else:
            assert (job["state"], job["status"]) == (("done", 0) if sees else ("failed", 404)), words


@pytest.mark.parametrize(
    "words",
    [("operator",), ("auditor", "hub:care"), ("organisation:Ede", "hub:care"), ("hub:water",), ("procurement",)],
    ids=" ".join,
)
def test_the_report_to_a_hub_is_for_that_hub_alone(served: Served, words: tuple[str, ...]) -> None:
    ask = served.asks(*words)
    refused = post(ask, OF_CARE)
    assert refused.status_code == 403
    assert "for that hub" in refused.json()["detail"]
    assert post(ask, {"kind": "auditor", "asKeeper": True}).status_code == 403
    assert post(ask, {**SMALL, "asKeeper": True}).status_code == 403


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"kind": "auditor", "since": "/etc/passwd"}, "since"),
        ({"kind": "auditor", "since": "last.json"}, "since"),
        ({"kind": "auditor", "since": "1\n"}, "since"),
        ({"kind": "auditor", "since": "2026-02-30"}, "since"),
        ({"kind": "hub", "hub": "care", "since": "1"}, "does not take since"),
        ({"kind": "board"}, "kind"),
        ({}, "kind"),
        ({"kind": "hub"}, "name it with hub"),
        ({"kind": "auditor", "buyer": "Ede"}, "does not take buyer: it takes sector, hub"),
        ({"kind": "auditor", "out": "r.html"}, "out"),
        ({"kind": "auditor", "pack": "p.zip"}, "pack"),
        ({"kind": "auditor", "sign": "k.pem"}, "sign"),
        ({"kind": "auditor", "redactKey": "k"}, "redactKey"),
        ({"kind": "auditor", "forms": ["docx"]}, "forms"),
    ],
)
def test_what_no_report_is_asked_with_is_refused_at_once(served: Served, body: object, told: str) -> None:
    refused = post(served.keeper, body)
    assert refused.status_code == 400
    assert told in refused.json()["detail"]


def test_another_s_report_is_as_one_that_is_not_there(served: Served) -> None:
    mine = served.asks("hub:care")
    address = made(mine, OF_CARE)
    report = address.rpartition("/")[2]
    question = mine(mine("pairs", method="POST", json={}).headers["location"]).json()["rows"][0]["id"]
    for other, named in ((served.asks("hub:care"), report), (served.keeper, report), (mine, question)):
        for path in ("{}", "{}.html", "{}.pdf", f"{{}}/figures/{FIGURE}"):
            one, none = (other(f"reports/{path.format(each)}") for each in (named, "a" * 26))
            assert one.status_code == none.status_code == 404
            assert one.text.replace(named, "a" * 26) == none.text
            assert one.headers == none.headers
    assert mine(address).status_code == 200
    assert mine(f"jobs/{report}/result").status_code == 404
    assert address in mine(f"jobs/{report}/result").json()["detail"]
    for strange in ("x", "%2e%2e", "A" * 26):
        assert mine(f"reports/{strange}").status_code == 404


def test_a_report_is_gone_once_its_material_is_marked_anew(own: Served) -> None:
    care, green = own.asks("hub:care"), own.asks("hub:care")
    for_hub, for_award, before = made(care, OF_CARE), made(green, SMALL), made(green, {**SMALL, "revision": 1})
    # The hub may still see it, and whoever awards may not.
    own.store.replace(run("members", "2026-01-15")._replace(marking=CARE), [MEMBERS])
    assert care(for_hub).status_code == 200
    assert [green(f"{for_award}{path}").status_code for path in ("", ".html", f"/figures/{FIGURE}")] == [404] * 3
    own.store.replace(run("care", "2026-02-01")._replace(marking=Marking(Label.AMBER, hubs=("water",))), [GOUDA])
    for path in ("", ".html", f"/figures/{FIGURE}"):
        assert care(for_hub + path).status_code == 404
    report = for_hub.rpartition("/")[2]
    assert care(for_hub).text == care(f"reports/{'a' * 26}").text.replace("a" * 26, report)
    assert green(before).status_code == 404, "it was made while more could be seen"


def test_a_figure_is_explained_as_of_the_report(own: Served) -> None:
    care = own.asks("hub:care")
    address = made(care, OF_CARE)
    asked = f"{address}/figures/{FIGURE}"
    (figure, explained) = (care(each).json() for each in (asked, f"explanations/{FIGURE}?hub=care"))
    assert figure["rows"] == explained["rows"]
    assert any("needs.csv:5" in record for row in figure["rows"] for record in row["records"])
    report = care(address).json()
    (group,) = (row for row in report["groups"]["rows"] if row["id"] == "name:Holding")
    assert figure["meta"]["figure"] == group["score_upper"]
    assert figure["meta"]["graph_digest"] == report["meta"]["graph_digest"]
    here = figure["meta"]["address"].removeprefix("http://localhost:8000")
    assert care(here).content == care(asked).content
    one = care(f"{asked}?pageSize=1")
    after = care(asked + one.headers["link"].partition(">")[0][1:])
    assert one.json()["rows"] + after.json()["rows"] == figure["rows"][:2]
    assert care(asked, headers={"Accept": "text/csv"}).text.count("\r\n") == len(figure["rows"]) + 1
    at, rung = "spof/group/score_upper/name:Grid", "accept=tested"
    (tested, explained) = (
        care(f"{each}&{rung}").json() for each in (f"{address}/figures/{at}?hub=care", f"explanations/{at}?hub=care")
    )
    assert (tested["meta"]["figure"], care(f"{address}/figures/{at}").json()["meta"]["figure"]) == (0.6, 0)
    assert {**tested, "meta": 0} == {**explained, "meta": 0}
    assert tested["meta"]["graph_digest"] == explained["meta"]["graph_digest"]
    assert care(tested["meta"]["address"].removeprefix("http://localhost:8000")).json() == tested
    own.store.replace(run("epe", "2026-03-01"), [EPE])
    assert care(asked).json() == figure
    assert care(f"{address}/figures/counts/organisations").json()["meta"]["figure"] == 3
    assert care(f"{asked}?hub=&sector=municipality").status_code == 200
    assert care(f"{address}/figures/spof/group/score_upper/name:Nobody").status_code == 404
    assert care(f"{address}/figures/nonsense").status_code == 400
    assert care(f"{asked}?asOf=2026-01-01").status_code == 400
    weaker = care(f"{made(care, {**OF_CARE, 'accept': 'documented'})}/figures/{FIGURE}?accept=stated")
    assert weaker.status_code == 400
    assert "less evidence" in weaker.json()["detail"]


def test_a_figure_that_takes_too_long_is_asked_for_as_a_job_that_explains_it(tmp_path: Path) -> None:
    served = Served(tmp_path, bounds=Bounds(question_seconds=0.0))
    with closing(served.store):
        care = served.asks("hub:care")
        figure = care(f"{made(care, OF_CARE)}/figures/{FIGURE}")
        assert figure.status_code == 400
        assert "with POST /api/v1/explanations, asOf and revision of the report, or for less" in figure.json()["detail"]
        taken = care("explanations", method="POST", json={"ref": FIGURE, "hub": "care", "revision": 3})
        assert care(taken.headers["location"]).json()["rows"][0]["state"] == "done"


def test_each_figure_of_an_award_is_explained_as_of_the_report(served: Served) -> None:
    """Of each bidder, and again by the command that the answer names; who is no bidder is awarded nothing."""
    ask = served.keeper
    address = made(ask, {**SMALL, "buyer": "Delft", "against": ["Grid"], "forms": ["json", "html"]})
    report, page = ask(address).json(), unescape(ask(f"{address}.html").text)
    for bidder in report["bidders"]:
        assert shlex.quote(json.dumps(bidder["scenario"], ensure_ascii=False)) in page
        for row in bidder["award"]:
            written = row["after_reference"].replace("{end}", "upper", 1)
            assert not written or written in page
            if written and row["measure"] in {"hhi", "score", "single_points"}:
                told = ask(f"{address}/figures/{written}?bidder={bidder['id']}").json()["meta"]
                assert told["figure"] == pytest.approx(row["after_at_upper"]), written
                assert told["graph_digest"] == report["meta"]["graph_digest"]
        assert shlex.split(told["reproduce"])[-1] == told["reference"]
        assert json.loads(told["parameters"]["scenario"]) == bidder["scenario"]
    figure = f"{address}/figures/what-if/concentration/group/hhi_upper"
    first, named = (ask(f"{figure}{bidder}").json() for bidder in ("", "?bidder=Cloud"))
    assert first["rows"] == named["rows"]
    for asked, said in (
        (f"{figure}?bidder=Solar", "'Solar' is no bidder of this report: name one of name:Cloud, name:Grid"),
        (f"{address}/figures/counts/needs?bidder=Grid", "leave the bidder out"),
        (f"{made(ask, SMALL)}/figures/what-if/counts/needs", "this report is about no award of a buyer"),
    ):
        refused = ask(asked)
        assert (refused.status_code, said in refused.json()["detail"]) == (400, True), refused.text


def test_a_figure_shows_no_more_than_its_report(served: Served) -> None:
    for words, body, told in (((), OF_CARE, 3), ((), SMALL, 2), (("hub:care",), SMALL, 2)):
        ask = served.asks(*words)
        address = made(ask, body)
        counted = ask(f"{address}/figures/counts/organisations?hub=&sector=")
        assert counted.json()["meta"]["graph_digest"] == ask(address).json()["meta"]["graph_digest"]
        assert counted.json()["meta"]["figure"] == told
        again = counted.json()["meta"]["reproduce"]
        assert ("--as hub:care" if body is OF_CARE else "--as") in again
    redacted = made(served.keeper, {**SMALL, "redact": "names"})
    refused = served.keeper(f"{redacted}/figures/{FIGURE}")
    assert refused.status_code == 400
    assert "redacted" in refused.json()["detail"]


def test_a_figure_is_not_told_of_a_history_that_is_counted_otherwise(own: Served) -> None:
    """What was hidden when the report was made was open before, and is so again: its revision is another one."""
    own.store.replace(run()._replace(marking=CARE), [FACTS])
    water = own.asks("hub:water")
    address = made(water, {**SMALL, "supplier": "Ede"})
    own.store.replace(run(), [FACTS])
    assert water(address).status_code == 200
    answer = water(f"{address}/figures/{FIGURE}")
    assert answer.status_code == 410
    assert "ask for the report anew" in answer.json()["detail"]


def test_a_report_is_given_in_the_form_that_is_asked_for(served: Served) -> None:
    ask = served.asks("procurement")
    address = made(ask, {**SMALL, "forms": ["json", "html", "xlsx", "html"]})
    for accept, kind in (
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",) * 2,
    ):
        answer = ask(address, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        again = ask(address, headers={"Accept": accept, "If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    page, book = ask(f"{address}.html"), ask(f"{address}.xlsx")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors 'none'")
    assert page.headers["content-security-policy"].endswith("; style-src 'unsafe-inline'")
    assert book.headers["content-disposition"] == 'attachment; filename="report.xlsx"'
    assert ask(f"{address}.pdf").status_code == 406
    assert ask(address, headers={"Accept": "text/csv"}).status_code == 406
    assert ask(f"{address}.csv").status_code == 404


def test_a_report_that_is_not_done_is_not_there_yet(own: Served, tmp_path: Path) -> None:
    jobs, later = jobs_over(own.store, tmp_path / "later", Later)
    assert isinstance(later, Later)
    ask = asker(create_app(own.store, jobs=jobs))
    location = post(ask, OF_CARE).headers["location"]
    report = location.replace("/jobs/", "/reports/")
    assert {ask(f"{report}{path}").status_code for path in ("", ".html", f"/figures/{FIGURE}")} == {409}
    # It is of the store as it was when it was asked for, though whom it is for counts revisions otherwise.
    checked = ask("checks", method="POST", json={"supplier": "Cloud"}).headers["location"]
    own.store.replace(run("epe", "2026-03-01"), [EPE])
    later.work()
    assert ask(f"{report}.json").json()["meta"]["revision"] == 3
    assert "Epe" not in ask(report).text
    assert ask(f"{checked}/result").json()["meta"]["revision"] == 2
    failed = post(ask, {**SMALL, "supplier": "Nobody"}).headers["location"].replace("/jobs/", "/reports/")
    later.work()
    assert ask(failed).status_code == 404
    assert "Nobody" in ask(failed).json()["detail"]


def test_reports_and_their_figures_are_in_the_audit_log(tmp_path: Path) -> None:
    with ExitStack() as closed:
        log = closed.enter_context(closing(AuditLog(tmp_path / "audit")))
        served = Served(tmp_path, log)
        closed.enter_context(closing(served.store))
        ask = served.asks("hub:care")
        address = made(ask, OF_CARE)
        ask(address)
        ask(f"{address}/figures/{FIGURE}?limit=1")
    lines = (tmp_path / "audit" / "00000001.jsonl").read_text(encoding="utf-8").splitlines()
    posted, _, report, figure = (told for told in map(json.loads, lines) if told["event"] == "answer")
    assert json.loads(posted["asked"]) == OF_CARE
    assert (report["question"], report["revision"], report["status"]) == (address, 3, 200)
    assert report["rows"] > 10
    assert report["marking"] == "tlp:amber (hubs: care)"
    assert (figure["rows"], figure["revision"]) == (1, 3)
    assert figure["question"].endswith(f"/figures/{FIGURE}?limit=1")
