"""Options that come together: shown one by one, and taken as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from inspect import signature
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from cli.grouping import grouped
from cli.options import Form
from depgraph.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class Place:
    """Two options."""

    first: Annotated[str, typer.Option("--first")] = "a"
    second: Annotated[int, typer.Option("--second")] = 2


@grouped
def command(name: Annotated[str, typer.Argument()], *, place: Place, form: Form) -> None:
    """Say what came in."""
    typer.echo(f"{name} {place.first} {place.second} {form.json}")


def test_a_group_stands_for_its_options_in_order() -> None:
    assert list(signature(command).parameters) == ["name", "first", "second", "json", "csv", "running"]
    assert (command.__name__, command.__doc__) == ("command", "Say what came in.")


@pytest.mark.parametrize(
    ("given", "said"), [(["x"], "x a 2 False\n"), (["x", "--second", "5", "--json", "--first", "b"], "x b 5 True\n")]
)
def test_a_command_takes_it_as_one_value(given: list[str], said: str) -> None:
    app = typer.Typer()
    app.command()(command)
    assert CliRunner().invoke(app, given).stdout == said


@dataclass(frozen=True, kw_only=True)
class Names:
    """An option that may be repeated."""

    names: Annotated[list[str], typer.Option("--name")] = field(default_factory=list)


@grouped
def naming(*, names: Names) -> None:
    """Say which names came in."""
    typer.echo(repr(names.names))


@pytest.mark.parametrize(("given", "said"), [([], "[]\n"), (["--name", "a", "--name", "b"], "['a', 'b']\n")])
def test_an_option_that_may_be_repeated_is_empty_by_default(given: list[str], said: str) -> None:
    app = typer.Typer()
    app.command()(naming)
    assert CliRunner().invoke(app, given).stdout == said


def test_one_form_at_most() -> None:
    assert Form().for_people
    assert not Form(csv=True).for_people
    with pytest.raises(UsageError, match="choose one"):
        Form(json=True, csv=True)
