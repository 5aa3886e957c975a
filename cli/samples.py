"""A sample as it is written: nothing that is there is overwritten unasked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.outputs import check_out
from cli.session import say
from depgraph.errors import UsageError
from depgraph.usecases.whole_files import refuse_folder
from importers.register.sample import files, workbook
from importers.register.synthetic import synthesise

if TYPE_CHECKING:
    from collections.abc import Mapping


def write_sample(source: str, out: Path | None, *, size: int | None, seed: int, faults: int, force: bool) -> None:
    """Write a register to fill in, or synthetic data.

    Raises
    ------
    UsageError
        If there is something already, or it cannot be written.

    """
    match source:
        case "dora-roi":
            _dora_roi(out or Path("dora-roi"), 60 if size is None else size, seed, faults=bool(faults), force=force)
        case _:
            _register(out or Path("register.xlsx"), size or 0, seed, faults, force=force)


def _dora_roi(out: Path, size: int, seed: int, *, faults: bool, force: bool) -> None:
    from importers.dora_roi.sample.files import fault_files
    from importers.dora_roi.sample.files import files as sector_files

    if out.suffix:
        raise UsageError(f"'{out}' is no folder, and the sample is many packages: end it in nothing")
    if size < 1:
        raise UsageError("--size 0 is no sector: give a number of registers")
    made = fault_files(seed) if faults else sector_files(size, seed)
    _write({out / name: content for name, content in made.items()}, force=force)
    if faults:
        say(f"{out}: {len(made) - 1} packages that break one rule each, as faults.csv lists")
    else:
        say(f"{out}: a synthetic sector of {size:,} registers. Check it with: depgraph import dora-roi {out} --dry-run")


def _register(out: Path, size: int, seed: int, faults: int, *, force: bool) -> None:
    if faults > size:
        raise UsageError(f"--faults {faults} needs a --size of at least as many needs")
    made = synthesise(size, seed, faults) if size else None
    if out.suffix.lower() == ".xlsx":
        refuse_folder(out)
        _write({out: workbook(made)}, force=force)
    elif out.suffix:
        raise UsageError(f"'{out}' is neither .xlsx nor a folder: end it in .xlsx, or in nothing for CSV files")
    else:
        _write({out / name: content for name, content in files(made).items()}, force=force)
    what = f"a synthetic register of {size:,} needs" if size else "a register to fill in; its example is not imported"
    say(f"{out}: {what}. Check it with: depgraph import register {out} --dry-run")


def _write(contents: Mapping[Path, bytes], *, force: bool) -> None:
    there = [path for path in contents if path.exists()]
    if there and not force:
        raise UsageError(f"'{there[0]}' exists: give another --out, or --force to write over it")
    for path in there:
        check_out(path)
    for path, content in contents.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise UsageError(f"'{path}' cannot be written: {error.strerror}") from None
