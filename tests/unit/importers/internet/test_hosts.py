"""Names of hosts."""

from __future__ import annotations

import pytest

from importers.internet.hosts import hostname


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("MX1.Example.NL.", "mx1.example.nl"),
        (" mx.example.nl ", "mx.example.nl"),
        ("selector1._domainkey.example.nl", "selector1._domainkey.example.nl"),
        ("mx.münchen.example", "mx.xn--mnchen-3ya.example"),
        ("", ""),
        (".", ""),
        ("localhost", ""),
        ("192.0.2.1", ""),
        ("2001:db8::1", ""),
        ("a..example.nl", ""),
        ("-a.example.nl", ""),
        ("mx.example.nl\\032", ""),
        ("mx .example.nl", ""),
        (f"{'a' * 64}.example.nl", ""),
        ("a." * 130 + "nl", ""),
    ],
)
def test_a_host_has_labels_and_ends_in_no_number(written: str, host: str) -> None:
    assert hostname(written) == host
