"""`make build`: a wheel, a source archive and their bill of materials, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("depgraph-0.1.0-py3-none-any.whl", "depgraph-0.1.0.cdx.json", "depgraph-0.1.0.tar.gz")
SCRIPT = ROOT / ".ci" / "sbom.py"
LOCK = """\
Leaf.Name==1.0 ; sys_platform == 'win32' \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via
    #   depgraph (pyproject.toml)
    #   trunk
pip==0.0.1 \\
    --hash=sha256:{b}
    # via trunk
shrub==3 \\
    --hash=sha256:{a}
    # via depgraph (pyproject.toml)
trunk==2.0 ; python_full_version < '3.12' \\
    --hash=sha256:{a}
    # via depgraph (pyproject.toml)
twig==1 ; python_full_version < '3.12' \\
    --hash=sha256:{a}
    # via
    #   shrub
    #   trunk
twig==2 ; python_full_version >= '3.12' \\
    --hash=sha256:{b}
    # via
    #   shrub
    #   trunk
""".format(a="a" * 64, b="b" * 64)


def build(folder: Path, umask: int) -> None:
    """Run `make build` in a copy of the repository; the virtual environment is the one of the tests."""
    generated = shutil.ignore_patterns(
        ".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "dist", "demo", ".env"
    )
    shutil.copytree(ROOT, folder, ignore=generated, copy_function=shutil.copyfile)
    # `-o`: what is installed is what the tests run with, whatever the time of the lock files says.
    command = ["make", "-o", f"{sys.prefix}/.dev", "build", f"VENV={sys.prefix}", "SOURCE_DATE_EPOCH=1764324000"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=folder, env=environment, umask=umask, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_two_builds_are_the_same_bytes_and_a_bill_of_materials_names_them(tmp_path: Path) -> None:
    build(tmp_path / "once", 0o022)
    build(tmp_path / "and again elsewhere", 0o077)
    first, second = (tmp_path / name / "dist" for name in ("once", "and again elsewhere"))
    assert tuple(sorted(file.name for file in first.iterdir())) == FILES
    assert [name for name in FILES if (first / name).read_bytes() != (second / name).read_bytes()] == []

    told = json.loads((first / FILES[1]).read_text(encoding="utf-8"))
    keeps_the_rules_of_cyclonedx(told)
    assert told["metadata"]["timestamp"] == "2025-11-28T10:00:00Z"
    named = {file["url"]: file["hashes"][0]["content"] for file in told["metadata"]["component"]["externalReferences"]}
    assert named == {name: hashlib.sha256((first / name).read_bytes()).hexdigest() for name in (FILES[0], FILES[2])}
    declared = {
        line.partition("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line
    }
    assert {component["name"] for component in told["components"]} == declared
    numpy = [component for component in told["components"] if component["name"] == "numpy"]
    assert any("BSD-3-Clause" in component.get("licenses", [{}])[0].get("expression", "") for component in numpy)


def materials(folder: Path, lock: str) -> subprocess.CompletedProcess[str]:
    """Run the script beside a project of which only the lock file is another."""
    (folder / ".ci").mkdir()
    shutil.copy(SCRIPT, folder / ".ci")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "requirements.lock").write_text(lock, encoding="utf-8")
    for name in (FILES[0], FILES[2]):
        (folder / name).write_bytes(name.encode())
    return subprocess.run(
        [sys.executable, folder / ".ci" / "sbom.py", folder], capture_output=True, text=True, check=False, timeout=60
    )


def test_each_package_is_told_with_what_it_needs(tmp_path: Path) -> None:
    done = materials(tmp_path, LOCK)
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / FILES[1]).read_text(encoding="utf-8"))
    keeps_the_rules_of_cyclonedx(told)
    assert [component["purl"] for component in told["components"]] == [
        "pkg:pypi/leaf-name@1.0",
        "pkg:pypi/pip@0.0.1",
        "pkg:pypi/shrub@3",
        "pkg:pypi/trunk@2.0",
        "pkg:pypi/twig@1",
        "pkg:pypi/twig@2",
    ]
    assert [each["content"] for each in told["components"][0]["hashes"]] == ["a" * 64, "b" * 64]
    assert told["components"][0]["properties"] == [{"name": "depgraph:marker", "value": "sys_platform == 'win32'"}]
    needs = {each["ref"]: each["dependsOn"] for each in told["dependencies"]}
    assert needs["pkg:pypi/depgraph@0.1.0"] == ["pkg:pypi/leaf-name@1.0", "pkg:pypi/shrub@3", "pkg:pypi/trunk@2.0"]
    assert needs["pkg:pypi/shrub@3"] == ["pkg:pypi/twig@1", "pkg:pypi/twig@2"]
    assert needs["pkg:pypi/trunk@2.0"] == ["pkg:pypi/leaf-name@1.0", "pkg:pypi/pip@0.0.1", "pkg:pypi/twig@1"]
    # pip is installed, but not in this version: what its licence was nobody knows here.
    assert "licenses" not in told["components"][1]


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        ("leaf==1.0\n", "without a hash in the lock file: leaf"),
        ("leaf @ file:///leaf.whl\n", "line 1 of the lock file is of no form that uv writes: leaf @ file:///leaf.whl"),
        (LOCK + "twig>=3\n", "line 26 of the lock file"),
    ],
)
def test_a_lock_file_that_leaves_something_open_is_refused(tmp_path: Path, lock: str, said: str) -> None:
    done = materials(tmp_path, lock)
    assert done.returncode == 1
    assert said in done.stderr


def test_without_a_build_there_is_no_bill_of_materials(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, SCRIPT, tmp_path], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "'make build' makes them first" in done.stderr


def keeps_the_rules_of_cyclonedx(told: dict[str, Any]) -> None:
    """Assert what bom-1.6.schema.json demands of the parts that are used, and that references have a meaning."""
    assert (told["bomFormat"], told["specVersion"], told["version"]) == ("CycloneDX", "1.6", 1)
    assert set(told) == {
        "bomFormat",
        "specVersion",
        "serialNumber",
        "version",
        "metadata",
        "components",
        "dependencies",
    }
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", told["serialNumber"])
    assert told["metadata"]["lifecycles"] == [{"phase": "build"}]
    assert told["metadata"]["component"]["type"] == "application"
    components = [told["metadata"]["component"], *told["components"]]
    for component in components:
        assert component["name"]
        assert component["type"] in {"application", "library"}
        assert component["bom-ref"] == component["purl"]
        assert re.fullmatch(r"pkg:pypi/[a-z0-9-]+@[A-Za-z0-9.+!-]+", component["purl"])
        licences = component.get("licenses", [])
        # Either one expression, or licences by name.
        assert all(set(each) == {"license"} for each in licences) or [set(each) for each in licences] == [
            {"expression"}
        ]
    for component in told["components"]:
        assert component["hashes"]
        assert all(each["alg"] == "SHA-256" and len(each["content"]) == 64 for each in component["hashes"])
    references = [component["bom-ref"] for component in components]
    assert len(set(references)) == len(references)
    assert references[1:] == sorted(references[1:])
    assert [each["ref"] for each in told["dependencies"]] == references
    reached: set[str] = set()
    needs = {each["ref"]: each["dependsOn"] for each in told["dependencies"]}
    waiting = [references[0]]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += needs[one]
    assert reached == set(references), "something that depgraph does not need, or that is not told"
