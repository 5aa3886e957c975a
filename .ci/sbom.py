"""The bill of materials of a build: what is installed with it, as CycloneDX 1.6 in JSON.

``python .ci/sbom.py DIST`` writes ``DIST/depgraph-VERSION.cdx.json`` beside the wheel and the sdist that are
there. Packages, versions, hashes and who needs whom come from ``requirements.lock``; licences from what is
installed here in that very version, and where it is not, none is told. Same lock, same files, same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tomllib
import uuid
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
_PINNED: Final = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?: ; (?P<marker>[^\\]+?))? *\\?$")
_HASH: Final = re.compile(r"^    --hash=sha256:(?P<digest>[0-9a-f]{64})")
_NEEDED_BY: Final = re.compile(r"^    # +(?:via )?(?P<name>[A-Za-z0-9._-]+)(?: \(.*\))?$")


class Package(NamedTuple):
    """One package of the lock file; `needed_by` names packages, and depgraph among them."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    needed_by: frozenset[str]

    @property
    def purl(self) -> str:
        """Its package URL, which is its reference in the document too."""
        return purl(self.name, self.version)


def purl(name: str, version: str) -> str:
    """Return the package URL of a Python package: its name as PEP 503 writes it."""
    return f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"


def read_lock(text: str) -> tuple[Package, ...]:
    """Return the packages of a lock file as uv writes it; a line of another form is an error."""
    packages: list[Package] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if pinned := _PINNED.match(line):
            packages.append(Package(pinned["name"], pinned["version"], pinned["marker"] or "", (), frozenset()))
        elif packages and (hashed := _HASH.match(line)):
            packages[-1] = packages[-1]._replace(hashes=(*packages[-1].hashes, hashed["digest"]))
        elif packages and (needed := _NEEDED_BY.match(line)):
            if line.strip() != "# via":
                packages[-1] = packages[-1]._replace(needed_by=packages[-1].needed_by | {needed["name"]})
        elif line.strip() not in {"", "# via"}:
            raise SystemExit(f"sbom: line {number} of the lock file is of no form that uv writes: {line}")
    if bare := [package.name for package in packages if not package.hashes]:
        raise SystemExit(f"sbom: packages without a hash in the lock file: {', '.join(bare)}")
    return tuple(sorted(packages, key=lambda package: package.purl))


def document(project: dict[str, Any], packages: tuple[Package, ...], built: tuple[Path, ...]) -> dict[str, Any]:
    """Return the bill of materials of `project` as built: its number is drawn from all that it says."""
    own = purl(project["name"], project["version"])
    told: dict[str, Any] = {
        "metadata": {
            **_timestamp(),
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"expression": project["license"]}],
                "purl": own,
                "externalReferences": [
                    {"type": "distribution", "url": file.name, "hashes": [_sha256(file.read_bytes())]} for file in built
                ],
            },
        },
        "components": [_component(package) for package in packages],
        "dependencies": [
            {"ref": own, "dependsOn": _needs(project["name"], "", packages)},
            *(
                {"ref": package.purl, "dependsOn": _needs(package.name, package.marker, packages)}
                for package in packages
            ),
        ],
    }
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    serial = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}"
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": serial, "version": 1, **told}


def _timestamp() -> dict[str, str]:
    """Return when, if the build was told what time it is: a clock would give other bytes each time."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return {"timestamp": datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} if epoch else {}


def _component(package: Package) -> dict[str, Any]:
    licence = _licence(package)
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        **({"licenses": licence} if licence else {}),
        "purl": package.purl,
        # Of each file that the lock allows: one per platform, and the source.
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in sorted(package.hashes)],
        **({"properties": [{"name": "depgraph:marker", "value": package.marker}]} if package.marker else {}),
    }


def _licence(package: Package) -> list[dict[str, Any]]:
    """Return the licence that the installed package states, if it is this version."""
    try:
        told = metadata.distribution(package.name).metadata
    except metadata.PackageNotFoundError:
        return []
    if told["Version"] != package.version:
        return []
    if "License-Expression" in told:
        return [{"expression": told["License-Expression"]}]
    prefix = "License :: OSI Approved :: "
    named = [text.removeprefix(prefix) for text in told.get_all("Classifier") or [] if text.startswith(prefix)]
    written = told["License"].strip() if "License" in told else ""
    # Some put the whole text there: a name is one line.
    named = named or [written] * (0 < len(written.splitlines()) < 2)
    return [{"license": {"name": name}} for name in sorted(named)]


def _needs(name: str, marker: str, packages: tuple[Package, ...]) -> list[str]:
    """Return what a package needs: of a need locked in several versions the one for its own marker, or else each."""
    needed = [package for package in packages if name in package.needed_by]
    alike = {package.name for package in needed if marker and package.marker == marker}
    return [package.purl for package in needed if package.marker == marker or package.name not in alike]


def _sha256(content: bytes) -> dict[str, str]:
    return {"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}


def main(folder: Path) -> None:
    """Write the bill of materials beside the wheel and the sdist in a folder."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stem = f"{project['name']}-{project['version']}"
    built = (folder / f"{stem}-py3-none-any.whl", folder / f"{stem}.tar.gz")
    if missing := [file.name for file in built if not file.is_file()]:
        raise SystemExit(f"sbom: not in {folder}: {', '.join(missing)}; 'make build' makes them first")
    packages = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    told = document(project, packages, built)
    (folder / f"{stem}.cdx.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
