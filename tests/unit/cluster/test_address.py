from __future__ import annotations

import pytest

from depgraph.cluster.address import checked
from depgraph.errors import UsageError


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("tcp://localhost:8786", "tcp://localhost:8786"),
        ("tcp://[::1]:8786", "tcp://[::1]:8786"),
        ("tls://scheduler.example.org:8786", "tls://scheduler.example.org:8786"),
    ],
)
def test_a_scheduler_here_or_with_tls_may_be_asked(given: str, meant: str) -> None:
    assert checked(given, insecure=False) == meant


@pytest.mark.parametrize(
    "given", ["scheduler.example.org:8786", "tcp://10.0.0.7:8786", "tcp://localhost.example.org:1"]
)
def test_one_elsewhere_without_tls_only_if_that_is_said(given: str) -> None:
    with pytest.raises(UsageError, match="tls://"):
        checked(given, insecure=False)
    assert checked(given, insecure=True).endswith(given)


@pytest.mark.parametrize(
    "given", ["8786", "127.0.0.1", "http://127.0.0.1:80", "tcp://a:b@127.0.0.1:1", "tcp://:1", "x:y"]
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="not an address of a scheduler"):
        checked(given, insecure=False)
