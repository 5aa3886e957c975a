"""The commands that serve the API: serve, and keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Json, StoreOption
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from api.security.keyring import AccessKey, Keyring

Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="operator, auditor, hub, organisation, procurement.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(serve)
    keys = typer.Typer(help="Give out access keys, list them, take them back.", no_args_is_help=True)
    keys.command()(create)
    keys.command(name="list")(list_keys)
    keys.command()(revoke)
    keys.command()(who)
    app.add_typer(keys, name="keys")


def serve(
    host: Annotated[
        str, typer.Option("--host", help="Another than a loopback address asks for access keys.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8000,
    ceiling: Annotated[
        str,
        typer.Option(
            "--ceiling", metavar="LABEL", help="Without a login, show nothing more closed.", show_default=False
        ),
    ] = "",
    base_url: Annotated[
        str,
        typer.Option("--base-url", metavar="URL", help="Where others reach it: https://NAME.", show_default=False),
    ] = "",
    keep_days: Annotated[
        int | None,
        typer.Option(
            "--keep-days",
            min=1,
            metavar="N",
            help="Delete full parts of the audit log that are older [default: never].",
        ),
    ] = None,
    oidc: Annotated[
        Path | None,
        typer.Option("--oidc", metavar="FILE", help="Take access tokens of the issuer that FILE names too."),
    ] = None,
    limit_per_key: Annotated[
        int | None,
        typer.Option("--limit-per-key", min=0, metavar="N", help="Requests a minute of one key; 0 any [default: 600]."),
    ] = None,
    limit_per_address: Annotated[
        int | None,
        typer.Option(
            "--limit-per-address",
            min=0,
            metavar="N",
            help="Requests a minute without a valid key, of one address; 0 any [default: 60, or 0 without a login].",
        ),
    ] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            "--metrics-port", min=0, max=65535, metavar="PORT", help="Tell this machine what was counted (Prometheus)."
        ),
    ] = None,
    request_log: Annotated[
        Path | None,
        typer.Option("--request-log", metavar="FILE", help="Write a line of JSON per request; - is standard error."),
    ] = None,
    grace: Annotated[
        float,
        typer.Option(
            "--grace", min=0, max=3600, metavar="SECONDS", help="When told to end, for so long what is in work goes on."
        ),
    ] = 5.0,
    store: StoreOption = "",
) -> None:
    """Serve the API; its documentation is at /api/v1/docs.

    As soon as there is an access key (depgraph keys create) or --oidc, each request must have one, or a token.
    What is asked is logged: depgraph audit show.
    """
    from api.serving import serve_api

    serve_api(
        store,
        host=host,
        port=port,
        ceiling=ceiling,
        base_url=base_url,
        keep_days=keep_days,
        oidc=oidc,
        limit_per_key=limit_per_key,
        limit_per_address=limit_per_address,
        metrics_port=metrics_port,
        request_log=request_log,
        grace=grace,
    )


def create(
    role: Role,
    hub: Annotated[
        list[str],
        typer.Option(
            "--hub", metavar="NAME", help="Which hub; of an organisation its own, of an auditor those granted."
        ),
    ] = [],  # noqa: B006 - Typer makes a list of its own
    organisation: Annotated[str, typer.Option("--organisation", metavar="NAME", help="Which organisation.")] = "",
    recipient: Annotated[
        str, typer.Option("--recipient", metavar="NAME", help="As markings name whoever holds it.")
    ] = "",
    ceiling: Annotated[
        str, typer.Option("--ceiling", metavar="LABEL", help="What is more closed is hidden.")
    ] = "tlp:amber",
    expires: Annotated[str, typer.Option("--expires", metavar="DAYS", help="Until when it is valid: 90d.")] = "90d",
    may_mark: Annotated[
        list[str],
        typer.Option(
            "--may-mark",
            metavar="LABEL",
            help="May import over HTTP, and mark it so; may be given again [default: imports nothing].",
            show_default=False,
        ),
    ] = [],  # noqa: B006 - Typer makes a list of its own
    store: StoreOption = "",
) -> None:
    """Make an access key and print it: this once, since only its hash is kept.

    Example: depgraph keys create --role hub --hub north --ceiling tlp:amber --expires 90d > north.key
    """
    from cli.session import say
    from depgraph.usecases.viewers import label_of

    days = re.fullmatch(r"([0-9]{1,5})d", expires.strip(), re.ASCII)
    if not days:
        raise UsageError(f"'{expires}' is no time: write days, such as 90d")
    own, hubs = "", hub
    if role == "hub" and hub:
        own, hubs = hub[0], hub[1:]
    elif role == "organisation":
        own, organisation = organisation, ""
    if organisation:
        raise UsageError(f"--organisation does not go with {role}: leave it out")
    words = [f"{role}:{own}" if own else role, *(f"hub:{name}" for name in hubs)]
    words += [f"recipient:{recipient}"] * bool(recipient)
    words.append(f"ceiling:{label_of(ceiling).value}")
    written, kept = _keyring(store).create(words, days=int(days[1]), now=_now(), may_mark=may_mark)
    typer.echo(written)
    imports = f", which may import as {', '.join(kept.may_mark)}" if kept.may_mark else ""
    say(
        f"depgraph: key {kept.prefix} of {kept.viewer.told()}{imports}, until {kept.expires}: it is shown this once;"
        " send it as 'Authorization: Bearer KEY'"
    )


def list_keys(store: StoreOption = "", *, json: Json = False) -> None:
    """List the access keys: who holds each, until when, and when it was used last."""
    from cli.output import write_object
    from cli.tables import console, write_rows
    from depgraph.usecases.answer import FORMAT

    keyring = _keyring(store)
    rows = [_row(keyring, key) for key in keyring.all()]
    if json:
        write_object({"meta": {"format": FORMAT, "command": "keys list"}, "rows": rows})
    elif rows:
        write_rows(console(), rows, tuple(rows[0]), keep=3)
    else:
        console().print("no access keys")


def revoke(
    prefix: Annotated[str, typer.Argument(metavar="PREFIX", help="Its eight letters: see depgraph keys list.")],
    store: StoreOption = "",
) -> None:
    """Take an access key back: it opens nothing from now on, also in a server that runs."""
    from cli.session import say

    if prefix.startswith("dg_"):
        raise UsageError("that is a whole key, which now stands in the history of the shell: give its eight letters")
    kept = _keyring(store).revoke(prefix, now=_now())
    say(f"depgraph: key {kept.prefix} of {kept.viewer.told()} is revoked since {kept.revoked}")


def who(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that holds the key; - is standard input.")],
    store: StoreOption = "",
) -> None:
    """Say whose an access key is, and until when; exit with 5 if it is not valid."""
    import sys

    from depgraph.errors import MissingPathError

    try:
        written = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise MissingPathError(f"{file}: cannot be read: name a file that holds an access key, or -") from None
    kept = _keyring(store).check(written.strip(), now=_now())
    typer.echo(f"{kept.prefix}: {kept.viewer.told()}, until {kept.expires}")


def _row(keyring: Keyring, key: AccessKey) -> dict[str, Any]:
    return {
        "prefix": key.prefix,
        "holder": key.viewer.told(),
        "may_mark": list(key.may_mark),
        "state": key.state(_now()),
        "created": key.created,
        "expires": key.expires,
        "last_used": keyring.last_used(key.prefix),
        "revoked": key.revoked,
    }


def _keyring(store: str) -> Keyring:
    from api.security.keyring import Keyring
    from depgraph.bootstrap import access_folder
    from depgraph.settings import Settings

    return Keyring(access_folder(store, Settings()))


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(tz=UTC)
