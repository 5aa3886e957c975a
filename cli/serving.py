"""The command that serves the API."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import StoreOption


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(serve)


def serve(
    host: Annotated[str, typer.Option("--host", help="A loopback address: there is no login yet.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8000,
    store: StoreOption = "",
) -> None:
    """Serve the API on this machine, reading only; its documentation is at /api/v1/docs."""
    from api.serving import serve_api

    serve_api(store, host=host, port=port)
