"""Commands about suppliers before an award, and about files for people: check, report, verify."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.grouping import grouped
from cli.options import Cluster, Form, Hub, Json, Reading, Sector, StoreOption
from depgraph.counting import counted
from depgraph.errors import UsageError
from depgraph.usecases.words import Kind

Buyer = Annotated[
    str, typer.Option("--buyer", metavar="ID", help="Who would award, by id or name.", show_default=False)
]
ServiceType = Annotated[
    str,
    typer.Option(
        "--service-type",
        metavar="TYPE",
        help="Of what: the buyer's needs of this type would move to the supplier.",
        show_default=False,
    ),
]
Against = Annotated[
    list[str],
    typer.Option("--against", metavar="ID", help="Another bidder, beside it; may be repeated.", show_default=False),
]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
AsKeeper = Annotated[bool, typer.Option("--as-keeper", help="As you see it, who keeps the store: every page says so.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(check)
    app.command()(report)
    app.command()(verify)


@grouped
def check(
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help="A party, by id or name.", show_default=False)],
    buyer: Buyer = "",
    service_type: ServiceType = "",
    against: Against = [],  # noqa: B006 - Typer makes a list of its own
    *,
    as_keeper: AsKeeper = False,
    reading: Reading,
    form: Form,
) -> None:
    """Look at a supplier before an award: who it is, what it stands on, who stands on it, what the award would do.

    Made as seen by the community: of what is marked TLP:CLEAR and TLP:GREEN. Nothing is stored.

    Example: depgraph check Microsoft --buyer "Example City" --service-type office --against Google
    """
    from cli.checked import write_checked
    from cli.session import lens, looked_at, show
    from depgraph.usecases.questions.check import Checked, check_supplier
    from depgraph.usecases.view import open_view
    from depgraph.usecases.viewers import for_awards

    with looked_at(reading.store, reading.seen_as) as store:
        asked = lens(reading)
        view = open_view(store, asked if as_keeper else replace(asked, viewer=for_awards(asked.viewer)))
        answer = check_supplier(view, supplier, buyer=buyer, service_type=service_type, against=against)
    if form.for_people:
        write_checked(answer)
    else:
        show(answer, Checked, form)


@grouped
def report(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="auditor, hub or procurement")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to; .html, .pdf, .xlsx or .json [default: report.html].",
            show_default=False,
        ),
    ] = None,
    sector: Sector = "",
    hub: Hub = "",
    supplier: Annotated[
        str,
        typer.Option(
            "--supplier", metavar="ID", help="procurement: about whom; hub: who could be hit by it.", show_default=False
        ),
    ] = "",
    buyer: Buyer = "",
    service_type: ServiceType = "",
    against: Against = [],  # noqa: B006 - Typer makes a list of its own
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="REPORT",
            help="auditor: tell what changed since an earlier one (in .json), a revision or a date.",
            show_default=False,
        ),
    ] = "",
    pack: Annotated[
        Path | None,
        typer.Option(
            "--pack",
            metavar="FILE.zip",
            help="Write a pack: reports, figures, facts, hashes; as seen by the hub or by --as.",
            show_default=False,
        ),
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option(
            "--sign", metavar="KEY.pem", help="Sign the pack with this private Ed25519 key.", show_default=False
        ),
    ] = None,
    redact: Annotated[
        Literal["names"] | None,
        typer.Option("--redact", help="Put numbers in place of names, ids and records.", show_default=False),
    ] = None,
    redact_key: Annotated[
        Path | None,
        typer.Option(
            "--redact-key",
            metavar="FILE",
            help="A secret that decides whose number is whose [default: all of the facts].",
            show_default=False,
        ),
    ] = None,
    *,
    as_keeper: AsKeeper = False,
    force: Force = False,
    reading: Reading,
    cluster: Cluster,
) -> None:
    """Write a report: one file that opens offline, every number cited and bounded.

    The ending of its name says what it is: a page, a tagged PDF, a workbook, or JSON. 'hub' is made as seen by
    that hub, 'procurement' of what is marked TLP:CLEAR and TLP:GREEN, and 'auditor' of the whole store, unless it is
    for somebody (--as) or goes into a pack. depgraph verify makes a report or a pack again and compares.

    Example: depgraph report auditor --sector "Dutch municipalities" --out report.pdf
    """
    from cli.outputs import check_out
    from cli.session import address_of, blocks_worked_out, lens, looked_at, say
    from depgraph.bootstrap import file_store
    from depgraph.reports.making import asked_with
    from depgraph.reports.pack import write_pack
    from depgraph.reports.redacting import read_key
    from depgraph.reports.signing import read_private
    from depgraph.reports.writing import check_form, save_report

    _check_together(pack, sign=sign, redact=redact, redact_key=redact_key)
    if as_keeper and reading.seen_as:
        raise UsageError("--as-keeper and --as exclude each other: choose one")
    out = out or (None if pack else Path("report.html"))
    given = {
        "sector": sector,
        "hub": hub,
        "supplier": supplier,
        "buyer": buyer,
        "service_type": service_type,
        "against": tuple(against),
    }
    asked = asked_with(kind, given, as_keeper=as_keeper, packed=pack is not None, since=since, lens=lens(reading))
    key = read_private(sign) if sign else None
    if redact:
        asked = replace(asked, redact=True, secret=read_key(redact_key) if redact_key else b"")
    if out:
        check_form(out)
    for each in filter(None, (out, pack)):
        check_out(
            each, store=address_of(reading.store), inputs=[each for each in (sign, redact_key) if each], over=force
        )
    with looked_at(reading.store, reading.seen_as) as store, blocks_worked_out(cluster):
        if out:
            save_report(store, asked, out)
            say(f"wrote {out}")
        if pack:
            count = write_pack(pack, store, asked, empty=file_store, key=key)
            say(f"wrote {pack}: {counted(count, 'file')}; depgraph verify {pack} computes all of it again")


def _check_together(pack: Path | None, *, sign: Path | None, redact: str | None, redact_key: Path | None) -> None:
    """Refuse options of packs and of redaction that do not go together."""
    from depgraph.usecases.whole_files import refuse_folder

    if pack:
        refuse_folder(pack)
    if sign and not pack:
        raise UsageError("a signature is of a pack: name one with --pack, or leave out --sign")
    if pack and pack.suffix.lower() != ".zip":
        raise UsageError(f"{pack}: the name of a pack ends in .zip")
    if redact and pack:
        raise UsageError("a pack holds the facts, with their names: leave out --redact or --pack")
    if redact_key and not redact:
        raise UsageError("a key for what is not redacted: add --redact names, or leave out --redact-key")


@grouped
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A pack (.zip) or a report.", show_default=False)],
    signed_by: Annotated[
        Path | None,
        typer.Option(
            "--signed-by",
            metavar="PUBLIC.pem",
            help="The pack must be signed with this Ed25519 key, which did not come with it.",
            show_default=False,
        ),
    ] = None,
    store: StoreOption = "",
    *,
    json: Json = False,
) -> None:
    """Compute every figure of a pack or a report again, and name each that differs and each file that changed.

    A pack is verified by itself: it holds its facts. A report needs the store that it was made of. Exit code 1
    if anything is not as it should be.

    Example: depgraph verify pack.zip --signed-by public.pem
    """
    from cli.verified import write_verified
    from depgraph.reports.signing import fingerprint, read_public

    public = read_public(signed_by) if signed_by else None
    if file.suffix.lower() == ".zip":
        from depgraph.bootstrap import file_store
        from depgraph.reports.verifying import verify_pack

        if store:
            raise UsageError("a pack holds its facts: leave out --store")
        verified = verify_pack(file, opened=file_store, signed_by=public)
    else:
        from cli.session import opened
        from depgraph.reports.verifying import verify_report

        if signed_by:
            raise UsageError("only packs are signed: leave out --signed-by")
        with opened(store) as opening:
            verified = verify_report(file, opening)
    write_verified(file, verified, key=fingerprint(public) if public else "", as_json=json)
    if verified.rows:
        raise typer.Exit(1)
