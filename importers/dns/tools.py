"""What tools print that ask DNS: JSON lines of massdns, zdns and dnsx, and plain records as CSV or JSON lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from depgraph.model import Finding
from importers.dns.answers import ASN, IGNORED, MX, READ, TXT, Answer, answer
from importers.readers.documents import parse_document
from importers.readers.faults import fault, findings_of
from importers.readers.tables import column_findings
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importers.dns.files import Found
    from importers.readers.record import Record
    from importers.readers.remarks import Remarks
    from importers.readers.tables import Table

_ANSWERED: Final = frozenset({"NOERROR", "NXDOMAIN"})
"""Statuses that are answers: there is something, or nothing; after any other nobody knows."""

_DNSX: Final = ("ns", "mx", "a", "aaaa", "cname", "txt")


def read_json_lines(given: Iterator[str], label: str, remarks: Remarks, observed: Found) -> Iterator[Answer | Finding]:
    """Yield the records of a file with one JSON object a line; of what tool it is, each line shows.

    Parameters
    ----------
    observed : Found
        Is told of questions without an answer.

    """
    for number, line in enumerate(given, 1):
        if not line.strip():
            continue
        record = f"{label}:{number}"
        try:
            entry = parse_document(line.encode(), record, remarks)
            form = _form_of(entry)
            yield from form(entry, observed)
            entry.close(_IGNORED)
        except InputError as error:
            yield from findings_of(error, record)


def read_plain_table(table: Table) -> Iterator[Answer | Finding]:
    """Yield the records of a table ``domain,type,value``."""
    yield from column_findings(table, required=("domain", "type", "value"), optional=())
    for row in table.rows():
        if isinstance(row, Finding):
            yield row
            continue
        try:
            made = _plain(row.text("domain"), row.text("type"), row.text("value"), row.record)
        except InputError as error:
            yield from findings_of(error, row.record)
        else:
            if made:
                yield made


def _form_of(entry: Record) -> Callable[[Record, Found], Iterator[Answer | Finding]]:
    if entry.has("results"):
        return _zdns
    if entry.has("host"):
        return _dnsx
    if entry.has("domain") and entry.has("value"):
        return _plain_line
    if entry.has("name"):
        return _massdns
    raise fault(
        entry.record, "", "is of no form that is known: massdns, zdns, dnsx, or domain, type, value", "bad-form"
    )


_IGNORED: Final = frozenset(
    {
        # What was asked of whom, and how long it took.
        *("class", "flags", "resolver", "alexa_rank", "altered_name", "nameserver", "metadata", "all", "raw_resp"),
        *("status", "status_code", "ttl", "timestamp", "type", "rx_ts", "data", "trace", "protocol", "error"),
        # Types that are not read, and what dnsx adds by its own conclusion.
        *("soa", "ptr", "srv", "caa", "axfr", "cdn", "cdn-name", "has_internal_ips", "internal_ips", "any"),
    }
)


def _plain(name: str, type_: str, value: str, record: str) -> Answer | None:
    """Return a record whose data is one text, as it stands in a zone."""
    type_ = type_.upper()
    if type_ not in READ:
        if type_ not in IGNORED:
            raise fault(record, "type", f"{shown(type_)} is no type of DNS", "bad-value")
        return None
    if type_ == TXT:
        return answer(name, type_, _strings(value), record)
    return answer(name, type_, value.split(), record)


def _strings(written: str) -> list[str]:
    """Return the strings of a text: those in quotes, as zones and dig print them, else all of it.

    Examples
    --------
    >>> _strings('"v=spf1 include:a" ".nl -all"'), _strings("v=spf1 -all")
    (['v=spf1 include:a', '.nl -all'], ['v=spf1 -all'])

    """
    if len(written) > 1 and written[0] == written[-1] == '"':
        return written[1:-1].split('" "')
    return [written]


def _plain_line(entry: Record, _: Found) -> Iterator[Answer]:
    made = _plain(entry.text("domain"), entry.text("type"), entry.text("value"), entry.record)
    if made:
        yield made


def _massdns(entry: Record, found: Found) -> Iterator[Answer | Finding]:
    """Yield the answers of massdns (``-o J``), and of zdns before it asked for several types at once."""
    name, status = entry.text("name"), entry.maybe_text("status")
    if _is_unanswered(status):
        found.unanswered(name, entry.maybe_text("type"), status, entry.record)
        return
    data = entry.maybe_item("data")
    if data is not None:
        yield from _answers(data)


def _zdns(entry: Record, found: Found) -> Iterator[Answer | Finding]:
    name = entry.text("name")
    for type_, result in entry.item("results").members():
        status = result.maybe_text("status")
        if _is_unanswered(status):
            found.unanswered(name, type_, status, result.record)
            continue
        data = result.maybe_item("data")
        if data is not None:
            yield from _answers(data)


def _answers(data: Record) -> Iterator[Answer | Finding]:
    """Yield the records in the answer section; one that cannot be read is a finding."""
    for each in data.maybe_items("answers"):
        try:
            type_ = each.text("type").upper()
            if type_ not in READ:
                continue
            value = each.maybe_text("answer") or each.text("data")
            if type_ == MX and (preference := each.maybe_whole("preference")) is not None:
                value = f"{preference} {value or '.'}"
            made = _plain(each.text("name"), type_, value, each.record)
        except InputError as error:
            yield from findings_of(error, each.record)
        else:
            if made:
                yield made


def _dnsx(entry: Record, found: Found) -> Iterator[Answer | Finding]:
    name, status = entry.text("host"), entry.maybe_text("status_code")
    if _is_unanswered(status):
        found.unanswered(name, "", status, entry.record)
        return
    for key in _DNSX:
        for value in entry.maybe_texts(key):
            try:
                made = answer(name, key.upper(), [value or "."], entry.record)
            except InputError as error:
                yield from findings_of(error, entry.record)
            else:
                if made:
                    yield made
    network = entry.maybe_item("asn")
    if network is not None:
        made = answer(name, ASN, [network.identifier("as-number")], network.record)
        if made:
            yield made


def _is_unanswered(status: str) -> bool:
    return bool(status) and status.upper() not in _ANSWERED
