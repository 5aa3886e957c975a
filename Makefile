# make demo   the main job on the embedded store, from real data
# make test   set-up, checks and every test
# make check  format, lint, types, layers
# make build  wheel, sdist and their bill of materials (CycloneDX), into dist: the same bytes each time
# make bench  measurements against peers, into bench/results.json
# make fuzz   a hundred thousand calls of the API, made from its document, as every role (CALLS=N for others)
# make docs   the pages of methods and sources and the map again, from the docstrings
# make lock   the lock files again, from pyproject.toml

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: demo test check format build bench fuzz docs lock tools kernels clean

demo: $(VENV)/.runtime
	$(BIN)/depgraph demo --out demo

test: $(VENV)/.dev
	# Fetching waits for the network, checking and compiling for the processor: they go on beside each other.
	$(MAKE) --jobs 2 tools check kernels
	# A worker that dies ends the run: a run without it would wait for ever.
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --max-worker-restart 0

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Files of a build bear the time of the last commit, or where there is none that of no build in particular.
SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),1580601600)

build: export SOURCE_DATE_EPOCH := $(SOURCE_DATE_EPOCH)
build: $(VENV)/.dev
	$(BIN)/python -m build --no-isolation --outdir dist .
	$(BIN)/python .ci/sbom.py dist

bench: $(VENV)/.dev
	$(BIN)/python -m bench

CALLS ?= 100000

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz --calls $(CALLS)

docs: $(VENV)/.dev
	rm -f docs/methods/*.md
	$(BIN)/python -m depgraph.reports.methods docs/methods
	rm -f docs/sources/*.md
	$(BIN)/python -m importers.pages docs/sources
	$(BIN)/python .ci/engine.py
	$(BIN)/python .ci/names.py
	$(BIN)/python .ci/reference.py
	$(BIN)/python .ci/map.py

# What the tests need besides Python packages: a browser, Pango, and a Neo4j server and veraPDF from their Maven packages.
tools: $(VENV)/.dev
	sh tests/tools.sh
	$(BIN)/python tests/neo4j/install.py
	$(BIN)/python tests/neo4j/server.py
	$(BIN)/python tests/verapdf/validating.py
	$(BIN)/python tests/spectral/linting.py

# Compiled once, before many processes of the tests each do it for themselves.
kernels: $(VENV)/.dev
	$(BIN)/python tests/warm.py

$(VENV)/.python:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-build.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	touch $@

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile $(LOCK) --group build --output-file requirements-build.lock
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra cluster --output-file requirements-cluster.lock
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra cluster --group dev --group bench --output-file requirements-dev.lock

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

clean:
	rm -rf $(VENV) dist build demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
