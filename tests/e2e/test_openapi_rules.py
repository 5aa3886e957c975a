"""The OpenAPI document keeps the NL GOV REST API Design Rules, and a document that breaks one is found out."""

from __future__ import annotations

import copy
import json
import re
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from api.app import create_app
from depgraph.stores.sqlite import SqliteStore

sys.path.append(str(Path(__file__).parents[1] / "spectral"))
from linting import RULESET, broken_rules

Document = dict[str, Any]


def spof(told: Document) -> Any:
    return told["paths"]["/single-points-of-failure"]["get"]


def renamed(new: str) -> Callable[[Document], object]:
    return lambda told: told["paths"].update({new: told["paths"].pop("/single-points-of-failure")})


BROKEN: dict[str, Callable[[Document], object]] = {
    "oas3-schema": lambda told: told["info"].pop("title"),
    "operation-operationId-unique": lambda told: spof(told).update(operationId="status"),
    "path-params": lambda told: told["paths"]["/nodes/{id}"]["get"].pop("parameters"),
    "path-keys-no-trailing-slash": renamed("/single-points-of-failure/"),
    "openapi-3-1": lambda told: told.update(openapi="3.0.3"),
    "version-in-server": lambda told: told["servers"][0].update(url="https://depgraph.example/api"),
    "has-servers": lambda told: told.update(servers=[]),
    "semantic-version": lambda told: told["info"].update(version="1.0"),
    "contact": lambda told: told["info"]["contact"].pop("email"),
    "version-header": lambda told: spof(told)["responses"]["200"]["headers"].pop("API-Version"),
    "kebab-case": renamed("/singlePoints-of-failure"),
    "no-trailing-slash": renamed("/single-points-of-failure/"),
    "camel-case": lambda told: spof(told)["parameters"][0].update(name="as_of"),
    "plural-nouns": renamed("/single-point"),
    "standard-methods": lambda told: told["paths"]["/status"].update(trace=spof(told)),
    "problems": lambda told: spof(told)["responses"].update(
        {"400": {"description": "", "content": {"text/plain": {}}}}
    ),
    "problem-members": lambda told: problem_of(told)["properties"].pop("detail"),
    "bad-request": lambda told: spof(told)["responses"].update({"422": spof(told)["responses"]["400"]}),
    "dates-with-format": lambda told: problem_of(told)["properties"]["detail"].update(format="date-time-local"),
    "described": lambda told: spof(told).pop("description"),
}


def problem_of(told: Document) -> Any:
    return told["components"]["responses"]["Problem"]["content"]["application/problem+json"]["schema"]


def test_the_document_keeps_every_rule_and_each_rule_finds_what_breaks_it(tmp_path: Path) -> None:
    with closing(SqliteStore(":memory:")) as store:
        told = create_app(store, base_url="https://depgraph.example").openapi()
    (tmp_path / "whole.json").write_text(json.dumps(told), encoding="utf-8")
    for rule, change in BROKEN.items():
        document = copy.deepcopy(told)
        change(document)
        (tmp_path / f"{rule}.json").write_text(json.dumps(document), encoding="utf-8")
    found = broken_rules(sorted(tmp_path.iterdir()))
    assert found.pop("whole.json") == set()
    assert [name for name, broken in found.items() if name.removesuffix(".json") not in broken] == []
    rules = re.findall(r"^  ([a-z0-9A-Z-]+):", RULESET.read_text(encoding="utf-8"), re.MULTILINE)
    assert {*rules} == {*BROKEN}
