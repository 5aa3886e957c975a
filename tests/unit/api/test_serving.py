"""Where the API may listen."""

from __future__ import annotations

import socket

import pytest

from api.serving import listening, loopback
from depgraph.errors import UsageError


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1"), ("127.0.0.2", "127.0.0.2"), ("::1", "::1")])
def test_loopback_addresses_are_taken(host: str, address: str) -> None:
    assert loopback(host) == address


def test_localhost_is_what_this_machine_says_it_is() -> None:
    assert loopback("localhost") in {"127.0.0.1", "::1"}


@pytest.mark.parametrize(
    "told", [[("127.0.0.1", 0), ("192.0.2.1", 0)], [("192.0.2.1", 0)], [("127.0.0.1", 0), ("2001:db8::1", 0, 0, 0)], []]
)
def test_localhost_that_leads_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch, told: list[tuple[object]]) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", address) for address in told])
    with pytest.raises(UsageError, match="loopback"):
        loopback("localhost")


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0",  # noqa: S104 - it is refused
        "::",
        "192.168.1.2",
        "10.0.0.1",
        "169.254.0.1",
        "fe80::1",
        "::ffff:192.168.1.2",
        "localhost.localdomain",
        "example.com",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
        "",
        " ",
        "*",
        "127.0.0.1:80",
        "[::1]",
    ],
)
def test_anything_else_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="make access keys"):
        loopback(host)


def test_a_taken_port_is_named() -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}"):
            listening("127.0.0.1", port)
