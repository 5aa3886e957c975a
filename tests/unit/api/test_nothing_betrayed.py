"""What is hidden changes no byte of any answer: the same questions, with it and without it, of every route."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.jobs.questions import QUESTIONS as ASKABLE
from api.security.gate import Access
from api.security.keyring import Keyring
from depgraph.model import DECISIONS, Decision, Facts, Import, Node, Tie
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.owned import IMPORTING
from depgraph.usecases.viewers import words_of
from tests.unit.api.conftest import FACTS, NOON, asker, jobs_over, need
from tests.unit.api.jobs.test_answers import body_of
from tests.unit.api.test_app import ANSWERS, IMPORTS, JOB_PATHS, REPORT_PATHS, in_query
from tests.unit.usecases.test_visible import MARKINGS, SEES, VIEWERS

if TYPE_CHECKING:
    import httpx

    from tests.unit.api.conftest import Ask

NAMES = ["name:Ede", "name:Cloud", "name:Grid", "name:Alike Hosting", "name:Spy", "name:Cloudy", "name:Spy B.V."]
FUNCTIONS = ["function:name:Ede/mail", "function:name:Spy/spying", "service:Hosting"]
REVISIONS = [f"{path}revision={number}" for path in ("nodes/name:Cloud?", "status?") for number in (1, 2, 3, 7)]
MORE = {
    "/nodes": [
        "nodes?q=Spy",
        "nodes?q=Clodu",
        "nodes?pageSize=2",
        "nodes?resolution=likely",
        "nodes?asOf=2025-06-01",
    ],
    "/nodes/{id}": ["nodes/name:Spy", "nodes/service:Hosting?resolution=strict", *REVISIONS],
    "/needs": ["needs?provider=name:Spy", "needs?dependent=service:Hosting"],
    "/trends": ["trends?measure=hhi&over=revisions", "trends?measure=hhi&begin=2026-01-01"],
    "/differences": ["differences?from=2026-01-01&to=2026-02-01", "differences?from=1&to=3"],
    "/checks": ["checks?supplier=Spy", "checks?supplier=Cloud&buyer=Ede"],
    "/explanations/{ref}": [
        "explanations/spof/party/score_upper/name:Spy",
        *(
            f"explanations/{figure}?scenario={in_query({'name': 'a', 'removes': [{'ids': [gone], 'replaced_by': 'Spy'}]})}"
            for figure, gone in (("what-if/spof/group/score_upper/name:Spy", "Cloud"), ("what-if/counts/needs", "Spy"))
        ),
        "explanations/check/behind_in_all/name:Cloud",
    ],
}
JOBS = {who: [*ASKABLE][at::4] for at, who in enumerate(["care", "Ede", "auditor", "procurement"])}
"""Which questions each of them asks as jobs: all together, all."""

REPORTS: dict[str, dict[str, object]] = {
    "care": {"kind": "hub", "hub": "care", "supplier": "Cloud", "forms": ["json", "html", "xlsx"]},
    "Ede": {"kind": "procurement", "supplier": "Cloud", "against": ["Grid"], "forms": ["json", "html", "xlsx"]},
    "auditor": {"kind": "auditor", "since": "1", "forms": ["json", "html", "xlsx"]},
    "procurement": {"kind": "procurement", "supplier": "Cloud", "buyer": "Ede"},
}
"""The report of each of them, one in every form."""

FIGURES = [
    "spof/group/score_upper/name:Cloud",
    "counts/needs",
    "spof/group/score_upper/name:Spy",
    "what-if/spof/group/score_upper/name:Cloud",
]

QUESTIONS = {path: [*asked[:1], *asked[-1:], *MORE.get(path, [])] for path, asked in ANSWERS.items()}


FORMS = [
    "application/json",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
]
"""Any of which a question is asked for in."""


def hidden_facts() -> st.SearchStrategy[Facts]:
    """Facts of every sort about what others speak of too, and about what nobody else does."""
    node = st.builds(
        lambda node_id, country, people: Node(node_id, {"name": node_id[5:], "country": country, "people": people}, "s.csv:2"),
        st.sampled_from(NAMES), st.sampled_from(["NL", "BE"]), st.sampled_from([1.0, 5e6]),
    )  # fmt: skip
    mine = st.builds(
        lambda dependent, provider, at_least, requirement: need(
            dependent, provider, "provided_by" if dependent.startswith("service") and not requirement else "uses", "s.csv:3",
            at_least if requirement else "", requirement=requirement,
        ),
        st.sampled_from(FUNCTIONS), st.sampled_from(NAMES), st.sampled_from(["", "any", "2", "1..3"]), st.sampled_from(["", "power"]),
    )  # fmt: skip
    tie = st.builds(
        lambda subject, of: Tie("owned_by", subject, of, 1.0, None, None, "s.csv:4"),
        st.sampled_from(["name:Cloud", "name:Grid"]), st.sampled_from(["name:Spy", "name:Holding"]),
    )  # fmt: skip
    lists = [st.lists(each, max_size=3).map(tuple) for each in (node, mine, tie)]
    return st.builds(lambda nodes, needs, ties: Facts(nodes=nodes, needs=needs, ties=ties), *lists)


def decided(first: str, second: str, *, same: bool) -> Facts:
    return Facts(
        decisions=(Decision(first, second, same, "it says so", "command", who="somebody", decided="2026-01-05"),)
    )


@st.composite
def histories(draw: st.DrawFn, sees: tuple[str, ...]) -> list[tuple[str, str, Facts, str]]:
    """Draw the imports of a store, visible ones and hidden ones in any order; the last marking of a part judges it."""
    hidden = [name for name in MARKINGS if name not in sees]
    alike = tuple(Node(f"name:Alike Hosting{form}", {}, "more.csv:3") for form in ("", " B.V."))
    open_ = [
        ("", "clear", FACTS, "2026-01-01"),
        (
            "more",
            sees[-1],
            Facts(
                nodes=(
                    Node("name:Grid", {"name": "Grid", "country": "BE"}, "m.csv:2"),
                    Node("name:Ede", {"hub": "care"}, "m.csv:4"),
                    *alike,
                )
            ),
            "2026-02-01",
        ),
    ]
    closed = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["s", "t", "more"]), st.sampled_from(hidden), hidden_facts(),
                st.sampled_from(["2025-05-05", "2026-01-15", "2026-03-03"]),
            ),
            min_size=1, max_size=4,
        )
    )  # fmt: skip
    if draw(st.booleans()):
        pair = draw(st.sampled_from([("name:Cloud", "name:Grid"), ("name:Alike Hosting", "name:Alike Hosting B.V.")]))
        closed.append(
            (DECISIONS, draw(st.sampled_from(hidden)), decided(*pair, same=draw(st.booleans())), "2026-01-05")
        )
    history = draw(st.permutations([*open_, *closed]))
    # A re-marking: what everybody could see is closed from then on, or was closed until then.
    remarked = draw(st.sampled_from(["", "open, then closed", "closed, then open"]))
    order = {"open, then closed": ("clear", hidden[0]), "closed, then open": (hidden[0], "clear")}.get(remarked, ())
    for number, marking in enumerate(order):
        facts = Facts(nodes=(Node(f"name:Turned{number}", {"name": "Turned"}, "t.csv:2"),))
        history.append(("turned", marking, facts, f"2026-01-1{number}"))
    return history


def fill(path: Path, history: list[tuple[str, str, Facts, str]], sees: tuple[str, ...]) -> SqliteStore:
    """Import what may be seen by the table alone: by the marking that it has, and that of the last import of its part."""
    store = SqliteStore(path)
    last = {part: marking for part, marking, _, _ in history if part != DECISIONS}
    for part, marking, facts, retrieved in history:
        if marking in sees and (part == DECISIONS or last[part] in sees):
            source, named = (DECISIONS, MARKINGS[marking].text) if part == DECISIONS else ("register", part)
            trust = 0 if part == DECISIONS else 50
            store.replace(Import(source, named, retrieved, MARKINGS[marking], trust, ""), [facts])
    return store


def told(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    return answer.status_code, sorted(answer.headers.items()), answer.content


def test_every_route_is_asked() -> None:
    with closing(SqliteStore(":memory:")) as store:
        paths = create_app(store).openapi()["paths"]
    assert {path for path, methods in paths.items() if "get" in methods} == {*QUESTIONS, *JOB_PATHS, *REPORT_PATHS[1:]}
    asked = {path for path, methods in paths.items() if "post" in methods}
    assert asked == {IMPORTS, REPORT_PATHS[0], *(f"/{kind}" for kinds in JOBS.values() for kind in kinds)}


@pytest.mark.parametrize("who", ["care", "Ede", "auditor", "procurement"])
@settings(max_examples=1, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_of_any_answer_tells_of_what_is_hidden(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, who: str
) -> None:
    history = data.draw(histories(SEES[who]))
    folder = tmp_path_factory.mktemp("stores")
    keyring, marks = Keyring(folder / "access"), ["green"] if VIEWERS[who].role in IMPORTING else []
    key, _ = keyring.create(words_of(VIEWERS[who]), days=1, now=NOON, may_mark=marks)
    with ExitStack() as closed:
        asks: list[Ask] = []
        for name, sees in (("all", tuple(MARKINGS)), ("seen", SEES[who])):
            store = closed.enter_context(closing(fill(folder / f"{name}.sqlite", history, sees)))
            jobs, doing = jobs_over(store, folder / f"{name}.jobs")
            if not asks:
                # The secret that job ids are made with.
                doing.ledger.secret()
                shutil.copytree(folder / f"{name}.jobs", folder / "seen.jobs")
            access = Access(keyring, now=lambda: NOON)
            asks.append(partial(_as_holder, asker(create_app(store, access=access, jobs=jobs)), key))
        for questions in QUESTIONS.values():
            for asked in questions:
                form = data.draw(st.sampled_from(FORMS))
                one, other = map(told, map(partial(_asked, asked, form), asks))
                assert one == other, (asked, form)
                follow(asks, asked)
        for kind in JOBS[who]:
            ask_jobs(asks, kind)
        ask_report(asks, REPORTS[who])
        if marks:
            ask_to_import(asks)


def _as_holder(ask: Ask, key: str, path: str, **options: Any) -> httpx.Response:
    return ask(path, **{**options, "headers": {**options.get("headers", {}), "Authorization": f"Bearer {key}"}})


def ask_to_import(asks: list[Ask]) -> None:
    """Import twice, the second time in place of the first and with a bad row, and ask for all that is told of it."""
    data = {"source": "register", "marking": "tlp:green", "retrieved": "2026-04-04"}
    needs = "dependent,provider\nname:Ede,name:Cloud\nname:Ede,name:Cloud B.V.\n"
    for rows, more in ((needs, {"dryRun": "true"}), (needs, {}), (f"{needs}name:Ede,\n", {"skipBad": "true"})):
        form = {"data": {**data, **more}, "files": {"file": ("needs.csv", rows.encode())}}
        taken = [ask("imports", method="POST", **form) for ask in asks]
        assert told(taken[0]) == told(taken[1])
        assert taken[0].status_code == 202
        job = taken[0].headers["location"]
        found = f"{job.replace('jobs', 'imports')}/findings"
        for path in (
            job,
            f"{job}/result",
            found,
            f"{found}?pageSize=1",
            "status",
            "nodes",
            "nodes/name:Ede",
            "trends?measure=hhi&over=revisions",
        ):
            one, other = map(told, (ask(path) for ask in asks))
            assert one == other, path
            assert one[0] == 200, (path, one)


def ask_jobs(asks: list[Ask], kind: str) -> None:
    """Ask a question as a job, and for all that is told of it."""
    body = body_of(next(asked for path, asked in ANSWERS.items() if path[1:].partition("/{")[0] == kind)[-1])
    taken = [ask(kind, method="POST", json=body) for ask in asks]
    assert told(taken[0]) == told(taken[1]), kind
    job = taken[0].headers["location"]
    for path in (job, f"{job}/result", f"{job}/result?pageSize=1", "jobs", "jobs.csv"):
        one, other = map(told, (ask(path) for ask in asks))
        assert one == other, (kind, path)
    ended = [told(ask(job, method="DELETE")) for ask in asks]
    assert ended[0] == ended[1]


def ask_report(asks: list[Ask], body: dict[str, object]) -> None:
    """Ask for a report in every form, and for its figures."""
    taken = [ask("reports", method="POST", json=body) for ask in asks]
    assert told(taken[0]) == told(taken[1])
    job = asks[0](taken[0].headers["location"]).json()["rows"][0]
    report = f"reports/{job['id']}"
    for path in (
        taken[0].headers["location"],
        *(f"{report}.{form}" for form in ("json", "html", "xlsx", "pdf")),
        *(f"{report}/figures/{figure}{more}" for figure in FIGURES for more in ("", "?pageSize=1", "?hub=&sector=")),
    ):
        one, other = (told(ask(path)) for ask in asks)
        assert one == other, path


def _asked(question: str, form: str, ask: Ask) -> httpx.Response:
    return ask(question, headers={"Accept": form})


def follow(asks: list[Ask], asked: str) -> None:
    """Ask for the next page too, where there is one."""
    if "pageSize" not in asked:
        return
    pages = []
    for ask in asks:
        cursor = ask(asked).json()["meta"].get("next_cursor", "")
        pages.append(told(ask(f"{asked}&cursor={cursor}")) if cursor else None)
    assert pages[0] == pages[1], asked
