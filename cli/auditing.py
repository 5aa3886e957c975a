"""The commands about the audit log of the API: audit show, export, verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.options import Json, Limit, StoreOption
from depgraph.counting import counted

if TYPE_CHECKING:
    from api.audit.segments import Record
    from api.audit.verifying import Found

_SHOWN: Final = 40

_COLUMNS: Final = ("time", "status", "question", "who", "rows", "outcome", "marking", "revision")
"""What a table shows, in order of weight: where it is narrow, the last ones are left out and named."""

Since = Annotated[str, typer.Option("--since", metavar="DATE", help="From this date on (UTC).", show_default=False)]
Until = Annotated[
    str, typer.Option("--until", metavar="DATE", help="Up to this date, it included (UTC).", show_default=False)
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    audit = typer.Typer(
        help="The log of what was asked of the API: show it, export it, verify it.", no_args_is_help=True
    )
    audit.command()(show)
    audit.command()(export)
    audit.command()(verify)
    app.add_typer(audit, name="audit")


def show(
    key: Annotated[
        str, typer.Option("--key", metavar="PREFIX", help="Of this access key only.", show_default=False)
    ] = "",
    since: Since = "",
    until: Until = "",
    limit: Limit = _SHOWN,
    store: StoreOption = "",
    *,
    json: Json = False,
) -> None:
    """Show who asked what, when, and what went out; the latest last.

    Example: depgraph audit show --key abcdefgh --since 2026-11-01
    """
    from cli.output import write_object
    from cli.session import say
    from cli.tables import console, write_rows
    from depgraph.usecases.answer import FORMAT

    rows: dict[str, dict[str, Any]] = {}
    begun = _between(since, until)

    def take(record: Record) -> None:
        if record["event"] == "end":
            if record["request"] in rows:
                rows[record["request"]] |= {"outcome": record["outcome"], "bytes": record["bytes"]}
        elif begun(record) and key in ("", record.get("key")):
            rows[record.get("request", str(record["number"]))] = _row(record)
            if limit and len(rows) > limit:
                del rows[next(iter(rows))]

    log = _examined(store, take)
    listed = [*rows.values()]
    if json:
        write_object({"meta": {"format": FORMAT, "command": "audit show"}, "rows": listed})
    elif listed:
        out = console()
        left = write_rows(out, [row | {"time": row["time"][:16].replace("T", " ")} for row in listed], _COLUMNS, keep=3)
        if left:
            out.print(f"too narrow for: {', '.join(left)}; --json has all", style="dim")
    else:
        console().print("nothing of that is in the log")
    if log.bad:
        say(f"depgraph: {_wrong(log)}: what comes from there on is not shown")
        raise typer.Exit(1)


def export(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to; without it, standard output.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option("--checkpoint", metavar="FILE", help="Also sign what the log is now: keep it elsewhere."),
    ] = None,
    since: Since = "",
    until: Until = "",
    store: StoreOption = "",
) -> None:
    """Write the records as JSON lines, each as it was logged, and a signed checkpoint to be kept elsewhere.

    Example: depgraph audit export --out log.jsonl --checkpoint checkpoint.json
    """
    from contextlib import ExitStack

    from api.audit.canonical import canonical
    from api.audit.writer import write_checkpoint
    from cli.session import say
    from depgraph.errors import InputError
    from depgraph.usecases.whole_files import check_output, whole_bytes

    for given in (out, checkpoint):
        if given is not None:
            check_output(given, inputs=[_folder(store)])
    begun = _between(since, until)
    with ExitStack() as stack:
        file = stack.enter_context(whole_bytes(out)) if out else sys.stdout.buffer

        def take(record: Record) -> None:
            if begun(record):
                file.write(canonical(record) + b"\n")

        log = _examined(store, take)
        if log.bad:
            raise InputError(f"{_folder(store)}: {_wrong(log)}: see depgraph audit verify")
    if checkpoint is not None:
        from datetime import UTC, datetime

        write_checkpoint(_folder(store), checkpoint, log.last, log.hash, datetime.now(tz=UTC))
        say(
            f"depgraph: {checkpoint} vouches for {counted(log.last, 'record')}: keep it where nobody can change the log"
        )


def verify(
    checkpoint: Annotated[
        Path, typer.Option("--checkpoint", metavar="FILE", help="A checkpoint that was kept elsewhere.")
    ],
    key: Annotated[
        Path, typer.Option("--key", metavar="PUBLIC", help="The public key of the log (PEM), as it was kept elsewhere.")
    ],
    keep_days: Annotated[
        int | None,
        typer.Option("--keep-days", min=0, metavar="N", help="Segments older than this may have been deleted."),
    ] = None,
    store: StoreOption = "",
    *,
    json: Json = False,
) -> None:
    """Find whether anything that was logged up to a checkpoint was changed, taken out, moved or cut off.

    The first record that is not as it was logged is named, and exit code is 1 then. What came after the checkpoint
    only the file vouches for.

    Example: depgraph audit verify --checkpoint checkpoint.json --key public.pem
    """
    from api.audit.checkpoints import read_checkpoint
    from api.audit.verifying import examine
    from cli.output import write_object
    from cli.session import say
    from depgraph.reports.signing import fingerprint, read_public
    from depgraph.usecases.answer import FORMAT

    public = read_public(key)
    signed = read_checkpoint(checkpoint, public)
    log = examine(_folder(store), signed, keep_days=keep_days)
    gone = sum(seal.last - seal.first + 1 for seal in log.deleted)
    if json:
        meta = {"format": FORMAT, "command": "audit verify", "checkpoint": signed.number, "signed": signed.time}
        meta |= {"key": fingerprint(public), "records": log.records, "after": log.after}
        meta |= {"deleted": gone, "torn": log.torn}
        write_object({"meta": meta, "rows": [{"record": log.bad, "told": log.why}] if log.bad else []})
    else:
        if gone:
            last = log.deleted[-1]
            say(f"depgraph: records 1 to {last.last:,} are deleted, until {last.until}; their seals stay")
        if log.torn:
            say(f"depgraph: at the end, {log.torn} bytes of a record that was not written whole; nobody was answered")
        if log.bad:
            say(_wrong(log))
        else:
            say(
                f"{counted(log.records, 'record')}; up to record {signed.number:,} all is as it was when the"
                f" checkpoint was signed ({signed.time}), with the key whose SHA-256 is {fingerprint(public)}"
            )
        if log.after:
            came = f"{counted(log.after, 'record')} came after it"
            say(f"depgraph: {came}: only the file vouches for {'these' if log.after != 1 else 'that'}")
    if log.bad:
        raise typer.Exit(1)


def _wrong(found: Found) -> str:
    return f"record {found.bad} {found.why}"


def _row(record: Record) -> dict[str, Any]:
    event = record["event"]
    if event in ("asked", "answer"):
        who = " ".join(filter(None, (record["key"], *record["as"]))) or "nobody who may ask"
        question = f"{record['method']} {record['question']}"
        told = {name: record.get(name) for name in ("status", "rows", "revision")}
        return (
            {"number": record["number"], "time": record["time"], "who": who, "question": question}
            | told
            | {
                "marking": record.get("marking", ""),
                # The answer to what was asked first takes its place.
                "outcome": "no answer" if event == "asked" else "",
                "bytes": None,
            }
        )
    about = f"{event}, records {record['first']} to {record['last']}" if "first" in record else event
    blank = {"status": None, "rows": None, "revision": None, "marking": ""}
    return (
        {"number": record["number"], "time": record["time"], "who": "the log", "question": about}
        | blank
        | {
            "outcome": "",
            "bytes": record.get("bytes"),
        }
    )


def _between(since: str, until: str) -> Any:
    from cli.options import day

    first, last = (day(since, "--since") if since else ""), (day(until, "--until") if until else "9999")
    return lambda record: first <= record["time"][:10] <= last


def _examined(store: str, take: Any) -> Found:
    from api.audit.verifying import examine

    return examine(_folder(store), each=take)


def _folder(store: str) -> Path:
    from api.audit.segments import LOG
    from depgraph.bootstrap import access_folder
    from depgraph.settings import Settings

    return access_folder(store, Settings()) / LOG
