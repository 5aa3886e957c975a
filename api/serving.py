"""Serving the API on this machine, and only there."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING, Final, NoReturn

from api.app import create_app
from api.audit.segments import LOG
from api.audit.writer import AuditLog
from api.document import BASE
from api.guard import hosts_of
from api.jobs.bounds import Bounds
from api.jobs.ledger import Ledger
from api.jobs.pool import Pool
from api.jobs.service import Jobs
from api.limits import PER_ADDRESS, PER_KEY, Limits
from api.observing import Metrics, Observing, RequestLog
from api.security.gate import Access
from api.security.issuer import read_issuer
from api.security.keyring import Keyring
from api.security.refusals import IssuerUnreachableError
from api.server import GRACE_SECONDS, Server, config_of
from depgraph.bootstrap import access_folder, open_named
from depgraph.errors import UsageError
from depgraph.settings import Settings
from depgraph.usecases.viewers import label_of, lowered

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from api.security.issuer import Issuer
    from api.security.tokens import Tokens
    from depgraph.ports import Store
    from depgraph.usecases.viewers import Viewer

_SWITCH_SECONDS: Final = 0.001
"""How long a thread may keep the interpreter while others want it; Python's own is 0.005."""


def serve_api(
    store: str,
    *,
    host: str,
    port: int,
    ceiling: str = "",
    base_url: str = "",
    keep_days: int | None = None,
    oidc: Path | None = None,
    limit_per_key: int | None = None,
    limit_per_address: int | None = None,
    metrics_port: int | None = None,
    request_log: Path | None = None,
    grace: float = GRACE_SECONDS,
) -> None:
    """Serve the API until interrupted (KeyboardInterrupt) or told to end by SIGTERM (SystemExit).

    Parameters
    ----------
    store : str
        Path or address; empty is the one of the settings.
    host : str
        Another than a loopback address, or ``localhost``, asks for access keys or tokens, and `base_url`.
    port : int
        0 takes a free one.
    ceiling : str
        The most closed label that is shown where nobody logs in; empty is all.
    base_url : str
        Where others reach the server, if not at a loopback name.
    keep_days : int, optional
        Full segments of the audit log are deleted when they are older; without it, never.
    oidc : Path, optional
        A file that says whose access tokens open the API, and what they mean.
    limit_per_key, limit_per_address : int, optional
        Requests a minute, 0 for any number; without them, none are counted where nobody logs in.
    metrics_port : int, optional
        Where this machine is told what was counted; 0 takes a free one.
    request_log : Path, optional
        A file that gets a line per request; `-` is standard error.
    grace : float
        Seconds for which questions in work go on when the server is told to end.

    Raises
    ------
    MissingPathError
        If a file that is named is not there.
    InputError
        If the file about tokens is wrong.
    UsageError
        If the address is not loopback and nobody has to log in, or it is taken.
    StoreError
        If the store cannot be read, or the audit log not be written.

    """
    settings = Settings()
    folder = access_folder(store, settings)
    keyring = Keyring(folder)
    keys = len(keyring.all())
    issuer = read_issuer(oidc) if oidc else None
    if (keys or issuer) and ceiling:
        raise UsageError("each access key and token has a ceiling of its own: leave out --ceiling")
    hosts_of(base_url)
    address = reachable(host) if (keys or issuer) and base_url else loopback(host)
    viewer = lowered(None, label_of(ceiling)) if ceiling else None
    tokens = _tokens(issuer) if issuer else None
    access = Access(keyring if keys or tokens else None, viewer, tokens=tokens)
    limits = Limits(
        per_key=PER_KEY if limit_per_key is None else limit_per_key,
        per_address=PER_ADDRESS * access.asks if limit_per_address is None else limit_per_address,
    )
    observed = Observing(
        Metrics() if metrics_port is not None else None, RequestLog(request_log) if request_log else None
    )
    with closing(open_named(store, settings, tell=_say)) as opened:
        opened.describe()
        ending, over = Event(), Event()
        # Takes a second or two, in which nobody can be answered: before anybody is told to ask.
        with (
            listening(address, port) as server_socket,
            closing(AuditLog(folder / LOG, keep_days=keep_days)) as log,
            closing(_jobs(folder / "jobs", store or settings.store, opened)) as jobs,
        ):
            here = (base_url or _url(server_socket)).rstrip("/")
            app = create_app(
                opened, ending, over, access=access, base_url=here, log=log, limits=limits, observed=observed, jobs=jobs
            )
            signal.signal(signal.SIGTERM, _end)
            _say(f"serving {_url(server_socket)}{BASE} with documentation at {BASE}/docs; Ctrl-C ends it")
            _say(_who_may_ask(keys, viewer, issuer))
            _say(f"what is asked is logged in {folder / LOG}: depgraph audit show")
            if observed.metrics and metrics_port is not None:
                _say(f"metrics at http://127.0.0.1:{observed.metrics.serve(metrics_port)}/metrics")
            # Whoever asks how the server is waits for the interpreter as often as he needs it: for less long.
            sys.setswitchinterval(_SWITCH_SECONDS)
            jobs.resume()
            Server(config_of(app), ending, over, grace=grace).run(sockets=[server_socket])


def _tokens(issuer: Issuer) -> Tokens:
    """Return what checks the tokens of an issuer, which is asked for its keys now: who errs hears of it at once."""
    from api.security.published import PublishedKeys
    from api.security.tokens import Tokens

    keys = PublishedKeys(issuer)
    try:
        keys.fetched("")
    except IssuerUnreachableError as error:
        _say(f"{error}: until {issuer.name} can be asked for its keys, no access token opens anything")
    return Tokens(issuer, keys)


def _jobs(folder: Path, address: str, store: Store) -> Jobs:
    bounds, ledger = Bounds(), Ledger(folder)
    return Jobs(ledger, store, Pool(ledger, address, bounds.job_seconds), bounds=bounds)


def _who_may_ask(keys: int, viewer: Viewer | None, issuer: Issuer | None) -> str:
    """Return in one line who may ask what."""
    if keys or issuer:
        held = f"one of {keys} access key{'s' * (keys != 1)} (depgraph keys list)" if keys else ""
        given = f"an access token of {issuer.name}, up to {issuer.ceiling}" if issuer else ""
        return f"whoever has {' or '.join(filter(None, (held, given)))} may ask, up to its ceiling"
    shown = f"what is marked {viewer.ceiling.value} or less" if viewer else "all that the store holds"
    lower = "" if viewer else "; --ceiling LABEL shows less, and"
    return f"no login: every user of this machine can read {shown}{lower or '; '} depgraph keys create asks for one"


def reachable(host: str) -> str:
    """Return the address of an interface to listen at, which others may reach.

    Raises
    ------
    UsageError
        If it is none.

    """
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return loopback(host)


def loopback(host: str) -> str:
    """Return the address of this machine that `host` means.

    Raises
    ------
    UsageError
        If it means another address, or if anyone but this machine decides what it means.

    """
    addresses = [host]
    if host.lower() == "localhost":
        told = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        addresses = sorted(str(item[4][0]) for item in told)
    if not addresses or not all(_is_loopback(address) for address in addresses):
        raise UsageError(
            f"'{host}' is not a loopback address: use 127.0.0.1, ::1 or localhost, or make access keys (depgraph keys"
            " create, or --oidc) and say where others reach it (--base-url)"
        )
    return addresses[0]


def listening(address: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises
    ------
    UsageError
        If the port is taken, or may not be used.

    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family)
    except OSError as error:
        raise UsageError(f"cannot serve on {address} port {port} ({error.strerror}): give another --port") from error


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _url(server_socket: socket.socket) -> str:
    address, port = server_socket.getsockname()[:2]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def _say(text: str) -> None:
    sys.stderr.write(f"depgraph: {text}\n")
    sys.stderr.flush()


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    # Also called by the server when it has ended in good order: it passes the signal on.
    raise SystemExit(0)
