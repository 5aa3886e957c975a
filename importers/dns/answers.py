"""Answers of DNS, whatever file they stand in: what a name has of one type."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple

from importers.internet.hosts import hostname
from importers.readers.faults import fault
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

NS: Final = "NS"
MX: Final = "MX"
A: Final = "A"
AAAA: Final = "AAAA"
CNAME: Final = "CNAME"
TXT: Final = "TXT"
ASN: Final = "ASN"
"""No type of DNS: the autonomous system that a name's addresses are in, which some tools look up."""

DNAME: Final = "DNAME"
_SERVICES: Final = frozenset({"HTTPS", "SVCB"})
READ: Final = frozenset({NS, MX, A, AAAA, CNAME, DNAME, TXT, ASN}) | _SERVICES
"""The types that say who carries a domain."""

IGNORED: Final = frozenset(
    [
        "AFSDB",
        "AMTRELAY",
        "ANY",
        "APL",
        "AVC",
        "AXFR",
        "CAA",
        "CDNSKEY",
        "CDS",
        "CERT",
        "CSYNC",
        "DHCID",
        "DLV",
        "DNSKEY",
        "DOA",
        "DS",
        "EID",
        "EUI48",
        "EUI64",
        "GPOS",
        "HINFO",
        "HIP",
        "IPSECKEY",
        "ISDN",
        "IXFR",
        "KEY",
        "KX",
        "L32",
        "L64",
        "LOC",
        "LP",
        "MAILA",
        "MAILB",
        "MB",
        "MD",
        "MF",
        "MG",
        "MINFO",
        "MR",
        "NAPTR",
        "NID",
        "NIMLOC",
        "NINFO",
        "NSAP",
        "NSAP-PTR",
        "NSEC",
        "NSEC3",
        "NSEC3PARAM",
        "NULL",
        "NXT",
        "OPENPGPKEY",
        "OPT",
        "PTR",
        "PX",
        "RESINFO",
        "RKEY",
        "RP",
        "RRSIG",
        "RT",
        "SIG",
        "SINK",
        "SMIMEA",
        "SOA",
        "SPF",
        "SRV",
        "SSHFP",
        "TA",
        "TALINK",
        "TKEY",
        "TLSA",
        "TSIG",
        "UINFO",
        "UID",
        "GID",
        "UNSPEC",
        "URI",
        "WALLET",
        "WKS",
        "X25",
        "ZONEMD",
    ]
)
"""The other types on the list of IANA: they say nothing of who carries a domain, and are not read."""

_TOP: Final = re.compile(r"[a-z0-9\-]{0,63}\.", re.IGNORECASE | re.ASCII)


class Answer(NamedTuple):
    """One record of DNS.

    Attributes
    ----------
    name : str
        In lower case, without the dot at its end.
    type : str
        One of `READ`; the alias form of HTTPS and SVCB is ``CNAME``.
    value : str
        A host, an address, the number of a network, or the joined strings of a text. Of MX the host, empty where the
        domain says that it receives no mail (RFC 7505).
    record : str
        Where it stands.

    """

    name: str
    type: str
    value: str
    record: str


def answer(name: str, type_: str, fields: Sequence[str], record: str) -> Answer | None:
    """Return the record that fields say, or None if it names nobody.

    Parameters
    ----------
    name : str
        As it came, absolute.
    type_ : str
        In upper case, one of `READ`.
    fields : sequence of str
        The record's data; of a text its strings.

    Raises
    ------
    InputError
        If the data are not what the type has.

    """
    if name.startswith("*."):
        # A wildcard answers for names that nobody asked for: which of them are in use it does not say.
        return None
    owner = hostname(name)
    if not owner and _TOP.fullmatch(name):
        # A registry's own name is nobody's domain.
        return None
    if not owner:
        raise fault(record, "name", f"{shown(name)} is no host name", "bad-name")
    if not fields:
        raise fault(record, type_, "has no data", "missing-value")
    if type_ == MX:
        return _exchanger(owner, fields, record)
    if type_ in _SERVICES:
        return _alias(owner, type_, fields, record)
    if type_ == TXT:
        value = "".join(fields)
    elif type_ in (A, AAAA):
        value = _address(fields[0], type_, record)
    elif type_ == ASN:
        value = _network(fields[0], record)
    else:
        value = _host(fields[0], type_, record)
    return Answer(owner, type_, value, record)


def _address(written: str, type_: str, record: str) -> str:
    try:
        address = ip_address(written)
    except ValueError:
        address = None
    if address is None or address.version != (4 if type_ == A else 6):
        raise fault(record, type_, f"{shown(written)} is no address of this type", "bad-address")
    return str(address)


def _network(written: str, record: str) -> str:
    digits = written.upper().removeprefix("AS").strip()
    if not digits.isdecimal() or not digits.isascii() or not 0 < int(digits[:11]) < 2**32:
        raise fault(record, ASN, f"{shown(written)} is no number of an autonomous system", "bad-value")
    return str(int(digits))


def _exchanger(owner: str, fields: Sequence[str], record: str) -> Answer:
    """Return a mail exchanger; some tools leave out its preference, which orders servers and tells nothing of who."""
    host = fields[1] if len(fields) > 1 else fields[0]
    if len(fields) > 1 and not fields[0].isdecimal():
        raise fault(record, MX, f"{shown(fields[0])} is no preference: a whole number is wanted", "bad-value")
    return Answer(owner, MX, "" if host == "." else _host(host, MX, record), record)


def _alias(owner: str, type_: str, fields: Sequence[str], record: str) -> Answer | None:
    """Return the name that a service record with priority 0 stands for; others add to the name itself."""
    if not fields[0].isdecimal() or len(fields) < 2:
        raise fault(record, type_, "needs a priority and a name (RFC 9460)", "bad-value")
    if int(fields[0]) or fields[1] == ".":
        return None
    return Answer(owner, CNAME, _host(fields[1], type_, record), record)


def _host(written: str, type_: str, record: str) -> str:
    host = hostname(written)
    if not host:
        raise fault(record, type_, f"{shown(written)} is no host name", "bad-name")
    return host
