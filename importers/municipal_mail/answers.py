"""What DNS says of the domain of a municipality: who receives, who may send, and where the mailboxes are.

The summary and the cache of the measurement say it with the same keys. A name that is no host name is remarked on and
not used; the others still are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importers.internet.hosts import hostname
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importers.readers.record import Record


class Answers(NamedTuple):
    """The answers of DNS for one domain.

    Attributes
    ----------
    mx : tuple of str
        Mail servers that receive for it.
    null_mx : bool
        Whether it says that it receives no mail (RFC 7505).
    spf : str
        Its policy on who sends for it; empty if none.
    autodiscover, autodiscover_srv : str
        Where mail programmes find the mailboxes, by alias and by service record.
    dkim : tuple of str
        To whom the keys that sign its mail are delegated.
    record : str
        That has these answers.

    """

    mx: tuple[str, ...]
    null_mx: bool
    spf: str
    autodiscover: str
    autodiscover_srv: str
    dkim: tuple[str, ...]
    record: str


def no_answers(record: str) -> Answers:
    """Return what is known of a domain that was not looked up; `record` names it."""
    return Answers((), null_mx=False, spf="", autodiscover="", autodiscover_srv="", dkim=(), record=record)


def read_answers(entry: Record) -> Answers:
    """Return the answers in an entry of the summary or the cache."""
    servers = entry.maybe_texts("mx", blank=True)
    named = [server for server in servers if server.strip(". ")]
    discovered = entry.maybe_item("autodiscover")
    alias, service = (_host(discovered, f"autodiscover_{key}") for key in ("cname", "srv")) if discovered else ("", "")
    if discovered:
        discovered.close()
    if named and len(named) < len(servers):
        entry.not_read("mx", "a null MX stands beside others, which it must not (RFC 7505)")
    keys = entry.maybe_item("dkim")
    return Answers(
        mx=tuple(dict.fromkeys(_hosts(entry, "mx", named))),
        null_mx=bool(servers) and not named,
        spf=entry.maybe_text("spf"),
        autodiscover=alias,
        autodiscover_srv=service,
        dkim=tuple(sorted({host for key in keys.names() if (host := _host(keys, key))})) if keys else (),
        record=entry.record,
    )


def _host(entry: Record, key: str) -> str:
    return next(_hosts(entry, key, filter(None, [entry.maybe_text(key)])), "")


def _hosts(entry: Record, key: str, written: Iterable[str]) -> Iterator[str]:
    for name in written:
        if host := hostname(name):
            yield host
        else:
            entry.not_read(key, f"{shown(name)} is no host name")
