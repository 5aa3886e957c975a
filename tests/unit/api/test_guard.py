"""Only this machine is answered, and browsers run nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest

from api.headers import HEADERS

if TYPE_CHECKING:
    from fastapi import FastAPI

Ask = Callable[..., httpx.Response]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:1", "127.1.2.3:65535", "[::1]", "[::1]:8000"]
)
def test_a_loopback_name_is_answered(ask: Ask, host: str) -> None:
    assert ask("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example#localhost",
        "localhost@evil.example",
        "0.0.0.0",  # noqa: S104 - it is refused
        "192.168.1.2:8000",
        "[::]",
        "[fe80::1]",
        "::1",
        "localhost.",
        "localhost:8000:8000",
        "localhost:port",
        "127.0.0.1\t",
        " localhost",
    ],
)
def test_another_name_is_refused_whatever_is_asked(ask: Ask, host: str) -> None:
    for path in ("/health", "nodes", "nowhere"):
        response = ask(path, headers={"Host": host})
        assert response.status_code == 400
        assert response.headers["content-type"] == "application/problem+json"
        assert "localhost" in response.json()["detail"]


@pytest.mark.parametrize("name", ["Content-Type", "Content-Encoding", "Idempotency-Key", "Host"])
def test_a_header_of_which_it_is_not_known_which_is_meant_is_refused(ask: Ask, name: str) -> None:
    response = ask("pairs", method="POST", content=b"{}", headers=[(name, "localhost"), (name.upper(), "localhost")])
    assert response.status_code == 400
    assert f"{name.lower()} is given more than once" in response.json()["detail"]


@pytest.mark.parametrize("path", ["docs", "openapi.json"])
def test_a_document_has_no_query_keys(ask: Ask, path: str) -> None:
    assert ask(path).status_code == 200
    response = ask(f"{path}?a=1&b=2&a=3")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert [one["pointer"] for one in response.json()["errors"]] == ["#/a", "#/b"]
    assert ask(f"{path}?&").status_code == 400


def test_every_response_has_the_headers(own_ask: Ask, own_app: FastAPI) -> None:
    @own_app.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError("secret")

    responses = [own_ask(path) for path in ("nodes", "nodes?x=1", "/nowhere", "broken")]
    assert [response.status_code for response in responses] == [200, 400, 404, 500]
    for response in responses:
        for name, value in HEADERS.items():
            assert response.headers[name] == value


def test_no_other_origin_may_read(ask: Ask) -> None:
    for method in ("GET", "OPTIONS"):
        response = ask(
            "nodes", method=method, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
        )
        assert not any(name.startswith("access-control") for name in response.headers)


NAVIGATION = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize(
    ("headers", "path", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, "nodes", 403),
        ({"Sec-Fetch-Site": "Cross-Site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, "nodes", 403),
        (NAVIGATION, "nodes", 403),
        (NAVIGATION, "/health", 403),
        (NAVIGATION, "docs", 200),
        (NAVIGATION | {"Sec-Fetch-Dest": "iframe"}, "docs", 403),
        (NAVIGATION | {"Sec-Fetch-Mode": "no-cors"}, "docs", 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, "openapi.json", 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, "nodes", 200),
        ({"Sec-Fetch-Site": "same-site"}, "nodes", 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, "nodes", 200),
    ],
)
def test_another_site_may_lead_to_a_page_and_ask_nothing(
    ask: Ask, headers: dict[str, str], path: str, status: int
) -> None:
    for method in ("GET", "HEAD"):
        response = ask(path, method=method, headers=headers)
        assert response.status_code == status
        assert response.headers["cache-control"] == "no-store"
