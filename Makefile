# Every target works on a fresh machine, alone: it sets up what it needs first.
# Needs python3 (3.11 or 3.12, with venv or pip) and make; the rest comes from the lock files.
.DEFAULT_GOAL := help
SHELL := /bin/bash
# Where it is set, each of Airflow's processes compiles all of Airflow anew: a second for each task.
unexport PYTHONDONTWRITEBYTECODE
ifndef PYTHON
PYTHON := $(shell for name in python3.12 python3.11 python3; do \
	$$name -c 'import sys; print(sys.executable); sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
	2>/dev/null && break; done | tail -n 1)
endif
NEEDS_PYTHON = $(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
	2>/dev/null || { echo "Python 3.11 or 3.12 is needed; make PYTHON=... names one"; exit 1; }
UV := .tools/bin/uv
BIN := .venv/bin
# Packages as they were a few days after the Airflow release: nearly its own constraints.
LOCKED_ON := 2026-09-20
# In environments of their own: one wants an older filelock than the package, the other brings a
# NumPy for each Python, which one lock for all cannot hold.
PRE_COMMIT := 4.7.0
MATPLOTLIB := 3.11.2
NOX := 2026.10.20
# Beside the environment: its plugin would be loaded by every Airflow process, each task's too.
DAG_FACTORY := 1.1.0
COMPILE := $(UV) pip compile --universal --python-version 3.11 --exclude-newer $(LOCKED_ON) \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet \
	--no-strip-extras
SOURCES := $(wildcard plugins/*.py plugins/cobot_sevdesk include/sandbox dags scripts tests)
# Test processes beside each other, each with an Airflow home of its own.
ON_ALL_CORES := --numprocesses auto --maxprocesses 4 --dist loadgroup
UNIT_TESTS := $(wildcard tests/domain tests/clients tests/config tests/steps)

.PHONY: help setup demo up up-production test test-unit test-exhaustive test-matrix check hooks format bench bench-scheduler plots \
	lint-configs schema problem-pages new-space secrets lock

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: .venv/.ready  ## make .venv from the lock file

.venv/.ready: requirements-dev.txt pyproject.toml $(UV)
	@$(NEEDS_PYTHON)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	$(UV) pip sync --quiet --require-hashes --python $(BIN)/python requirements-dev.txt
	@# Installed where it lies: one copy, and Airflow finds the connection types.
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# A Debian python3 without python3-venv has no ensurepip; its pip will do then.
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.txt
$(UV): requirements-tools.txt
	@$(NEEDS_PYTHON)
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv .tools; fi
	@if test -x .tools/bin/python; then .tools/bin/python $(INSTALL); \
		else $(PYTHON) $(INSTALL) --target .tools --upgrade; fi
	@touch $@

demo: setup  ## five days of two spaces, twice, through Airflow and the sandbox
	@$(BIN)/python scripts/demo.py

up: setup  ## the sandbox with the whole Airflow, to click around in; Ctrl-C ends it
	@$(BIN)/python scripts/up.py

EXECUTOR := LocalExecutor

up-production: setup  ## compose.yaml's processes, each killed once; EXECUTOR=CeleryExecutor too
	@$(BIN)/python scripts/up_production.py $(EXECUTOR)

test: setup  ## all tests, as CI runs them
	$(BIN)/python -m pytest -m "not exhaustive" $(ON_ALL_CORES)

test-unit: setup  ## the tests without Airflow, in seconds
	$(BIN)/python -m pytest $(UNIT_TESTS) -m "not airflow and not scheduler and not exhaustive"

test-exhaustive: setup  ## every crash point and many more examples; takes long
	$(BIN)/python -m pytest -m exhaustive $(ON_ALL_CORES)

test-matrix: $(UV)  ## DAGs, main job and a real scheduler on Airflow 3.1, 3.2 and 3.3
	PATH="$(CURDIR)/.tools/bin:$$PATH" $(UV) run --quiet --no-project --python $(PYTHON) --with nox==$(NOX) \
		nox $(if $(AIRFLOW),--session "matrix($(AIRFLOW))")

check: setup  ## format, lint, types, layers, Dockerfile, docs, space files
	$(BIN)/ruff format --check $(SOURCES) noxfile.py
	$(BIN)/ruff check $(SOURCES) noxfile.py
	$(BIN)/mypy $(SOURCES)
	PYTHONPATH=plugins $(BIN)/lint-imports --no-cache
	$(BIN)/hadolint Dockerfile
	$(BIN)/python scripts/check_links.py
	$(BIN)/check-jsonschema --schemafile docs/space-config.schema.json include/space_configs/*.yaml
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml compose.celery.yaml

hooks: setup  ## git hooks that check what is committed
	$(UV) venv --quiet --allow-existing --python $(PYTHON) .tools/pre-commit
	$(UV) pip install --quiet --python .tools/pre-commit/bin/python pre-commit==$(PRE_COMMIT)
	.tools/pre-commit/bin/pre-commit install

format: setup  ## format and mend what can be mended
	$(BIN)/ruff format $(SOURCES) noxfile.py
	$(BIN)/ruff check --fix $(SOURCES) noxfile.py

bench: setup  ## figures of one run, as ratios
	@$(UV) pip install --quiet --no-deps --target .tools/dag-factory dag-factory==$(DAG_FACTORY)
	@$(BIN)/python scripts/bench.py

bench-scheduler: setup  ## 200 spaces with both executors, five years of backfill; an hour
	@$(BIN)/python scripts/bench_scheduler.py

plots: $(UV)  ## draw the curves of docs/performance.md from the last bench
	$(UV) run --quiet --no-project --python $(PYTHON) --with matplotlib==$(MATPLOTLIB) scripts/plots.py

lint-configs: setup  ## say what is wrong with the space files
	@$(BIN)/python -m cobot_sevdesk.config lint

schema: setup  ## write the JSON Schema of the space files anew
	@$(BIN)/python -m cobot_sevdesk.config schema > docs/space-config.schema.json

problem-pages: setup  ## write the pages of the problem catalogue anew
	@$(BIN)/python scripts/problem_pages.py

new-space: setup  ## make a space file: make new-space SLUG=my-space FROM=2026-12-01
	@$(BIN)/python scripts/new_space.py "$(SLUG)" "$(FROM)"

secrets: setup  ## make the secrets of compose.yaml, once
	@$(BIN)/python scripts/make_secrets.py

lock: $(UV)  ## compile the lock files anew
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) requirements-tools.in -o requirements-tools.txt
	$(PYTHON) scripts/repeat_extras.py requirements.txt requirements-dev.txt requirements-tools.txt
