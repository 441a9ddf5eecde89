# Every target works on a fresh machine, alone: it sets up what it needs first.
# Needs make and python3 (3.11 to 3.14, with venv or pip); the rest comes from uv.lock.
.DEFAULT_GOAL := help
SHELL := /bin/bash
# Where it is set, each of Airflow's processes compiles all of Airflow anew: a second for each task.
unexport PYTHONDONTWRITEBYTECODE
IS_SUPPORTED := import sys; print(sys.executable); sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
ifndef PYTHON
PYTHON := $(shell for name in python3.12 python3.11 python3.13 python3.14 python3; do \
	$$name -c '$(IS_SUPPORTED)' 2>/dev/null && break; done | tail -n 1)
endif
NEEDS_PYTHON = "$(PYTHON)" -c '$(IS_SUPPORTED)' >/dev/null 2>&1 || \
	{ echo "Python 3.11, 3.12, 3.13 or 3.14 is needed; make PYTHON=... names one"; exit 1; }
UV := .tools/bin/uv
BIN := .venv/bin
# The sandbox lies in include/, which is no part of the installed package.
RUN := PYTHONPATH=include $(BIN)/python -m
# Packages as they were a few days after the Airflow release: nearly its own constraints.
LOCKED_ON := 2026-09-20
# Outside of the lock: only `make test-matrix` needs nox. Every Airflow process would load the plugin of
# dag-factory, which `make bench` compares with.
NOX := 2026.10.20
DAG_FACTORY := 1.1.0
# The lock names where packages are published, never a mirror that a machine is set up with.
UV_LOCK := $(UV) lock --default-index https://pypi.org/simple --exclude-newer $(LOCKED_ON)
EXPORT := $(UV) export --frozen --quiet --no-emit-project --no-annotate --no-header
SOURCES := $(wildcard plugins/*.py plugins/cobot_sevdesk include/sandbox dags docs/site tools tests)
SPACE_FILES := $(wildcard include/space_configs/*.yaml include/sandbox/spaces/*.yaml examples/*.yaml)
# Test processes beside each other, each with an Airflow home of its own.
ON_ALL_CORES := --numprocesses auto --maxprocesses 4 --dist loadgroup
UNIT_TESTS := $(wildcard tests/domain tests/clients tests/config tests/sync) tests/test_words.py \
	tests/proof/test_assumptions.py tests/proof/test_recording.py

.PHONY: help setup demo up airflow new-space lint-configs secrets test test-unit check docs bench \
	test-exhaustive test-matrix up-production test-fresh test-image mutation audit release format pages lock

help:
	@sed -nE -e 's/^##@ (.*)/\n\1/p' -e 's/^([a-z-]+):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 20

##@ use

setup: .venv/.ready  ## make .venv from uv.lock

.venv/.ready: uv.lock pyproject.toml $(UV)
	@$(NEEDS_PYTHON)
	$(UV) venv --quiet --allow-existing --python "$(PYTHON)" .venv
	@# By name, version and hash: which registry they come from is the setting of each machine.
	$(EXPORT) --group dev --output-file .venv/requirements.txt
	$(UV) pip sync --quiet --require-hashes --python $(BIN)/python .venv/requirements.txt
	@# Installed where it lies: one copy, and Airflow finds the connection types.
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@# What the build leaves there names our plugin once more: Airflow would report it as double.
	@rm -rf plugins/cobot_sevdesk.egg-info
	@touch $@

# A Debian python3 without python3-venv has no ensurepip; its pip will do then.
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes -r .tools/uv.txt
$(UV): uv.lock
	@$(NEEDS_PYTHON)
	@if "$(PYTHON)" -c 'import ensurepip' 2>/dev/null; then "$(PYTHON)" -m venv .tools; fi
	@mkdir -p .tools && "$(PYTHON)" -m tools.locked uv > .tools/uv.txt
	@if test -x .tools/bin/python; then .tools/bin/python $(INSTALL); \
		else "$(PYTHON)" $(INSTALL) --target .tools --upgrade; fi
	@touch $@

# Tools that .venv should not see: an environment with what the package needs and one more group.
.tools/%/.ready: uv.lock $(UV)
	$(UV) venv --quiet --allow-existing --python "$(PYTHON)" .tools/$*
	$(EXPORT) --group $* --output-file .tools/$*.txt
	$(UV) pip sync --quiet --require-hashes --python .tools/$*/bin/python .tools/$*.txt
	@touch $@

demo: setup  ## five days of two spaces, twice, through Airflow and the sandbox
	@$(RUN) tools.demo

up: setup  ## the sandbox with the whole Airflow, to click around in; Ctrl-C ends it
	@$(RUN) tools.up

airflow: setup  ## Airflow's command line for what `make up` runs: make airflow ARGS="dags list"
	@$(RUN) tools.airflow_here

new-space: setup  ## make a space file: make new-space SLUG=my-space FROM=2026-12-01
	@$(RUN) tools.new_space "$(SLUG)" "$(FROM)"

lint-configs: setup  ## say what is wrong with the space files
	@$(BIN)/python -m cobot_sevdesk.config lint

secrets: setup  ## make the secrets of compose.yaml, once
	@$(RUN) tools.make_secrets

##@ check

test: setup  ## all tests, as CI runs them, and what they reach of the package
	$(BIN)/python -m pytest $(ON_ALL_CORES) --hypothesis-profile=whole --cov

test-unit: setup  ## the tests without Airflow, in seconds
	$(BIN)/python -m pytest $(UNIT_TESTS) -m "not airflow and not scheduler and not exhaustive"

check: setup  ## format, lint, types, layers, locks, Dockerfile, docs, space files
	$(BIN)/ruff format --check $(SOURCES) noxfile.py
	$(BIN)/ruff check $(SOURCES) noxfile.py
	$(BIN)/mypy $(SOURCES)
	PYTHONPATH=plugins $(BIN)/lint-imports --no-cache
	$(UV_LOCK) --quiet --check --offline
	$(EXPORT) | diff - requirements.txt
	$(BIN)/hadolint Dockerfile
	$(RUN) tools.check_links
	@$(MAKE) --no-print-directory docs
	$(BIN)/check-jsonschema --schemafile docs/space-config.schema.json $(SPACE_FILES)
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml compose.celery.yaml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows $(wildcard .github/workflows/*.yaml)

	@# A hole that was published overnight stops a release, not each change.
	-@$(MAKE) --no-print-directory audit

docs: setup  ## the documentation as a site, in site/html, with every link checked
	@rm -rf site
	@$(BIN)/sphinx-build --quiet --fail-on-warning -c docs/site -d site/doctrees . site/html
	@$(RUN) tools.check_site site/html

audit: $(UV)  ## known holes in what is locked
	@told="$$($(UV) audit --frozen --preview-features audit-command 2>&1)"; case "$$? $$told" in \
		0*) echo "$$told" | tail -n 1;; \
		2*"sending request"*) echo "audit skipped: the database of known holes cannot be reached";; \
		*) echo "$$told"; exit 1;; esac

bench: setup  ## figures of one run, as ratios: all (15 minutes), or make bench PART=years
	@$(UV) pip install --quiet --no-deps --target .tools/dag-factory dag-factory==$(DAG_FACTORY)
	@$(RUN) tools.bench $(PART)

test-exhaustive: setup  ## every crash point and many more examples; takes long
	$(BIN)/python -m pytest -m exhaustive $(ON_ALL_CORES)

test-matrix: $(UV)  ## DAGs, main job and a real scheduler on each Airflow; AIRFLOW=3.1.8 for one
	PATH="$(CURDIR)/.tools/bin:$$PATH" $(UV) run --quiet --no-project --python "$(PYTHON)" --with nox==$(NOX) \
		nox $(if $(AIRFLOW),--session "matrix($(AIRFLOW))")

EXECUTOR := LocalExecutor
up-production: setup  ## compose.yaml's processes, each killed once; EXECUTOR=CeleryExecutor too
	@$(RUN) tools.up_production $(EXECUTOR)

test-fresh:  ## the README's two commands on bare Debians; needs root and mmdebstrap
	@"$(PYTHON)" -m tools.fresh $(DEBIAN)

# Outside of the lock, in an environment of its own: only this target needs it.
PODMAN_COMPOSE := 1.6.0
test-image: setup  ## the image and both compose files, built and run with Podman; needs root
	@$(UV) venv --quiet --allow-existing --python "$(PYTHON)" .tools/podman-compose
	@$(UV) pip install --quiet --python .tools/podman-compose/bin/python podman-compose==$(PODMAN_COMPOSE)
	@PATH="$(CURDIR)/.tools/podman-compose/bin:$$PATH" $(RUN) tools.image $(UV) $(LOCKED_ON)

mutation: .tools/mutation/.ready  ## does a test notice each small change of the code? MODULES=domain.money
	@.tools/mutation/bin/python -m tools.mutation $(MODULES)

##@ maintain

release: setup audit .tools/release/.ready  ## build wheel and sdist, check them, try them in an empty Airflow
	@$(RUN) tools.release $(TAG)

format: setup  ## format and mend what can be mended
	$(BIN)/ruff format $(SOURCES) noxfile.py
	$(BIN)/ruff check --fix $(SOURCES) noxfile.py

pages: setup  ## write the schema, the pages of problems and assumptions, and the tables of figures anew
	@$(BIN)/python -m cobot_sevdesk.config schema > docs/space-config.schema.json
	@$(RUN) tools.problem_pages
	@$(RUN) tools.assumptions_page
	@$(RUN) tools.bench.tables

lock: $(UV)  ## resolve uv.lock anew, and export requirements.txt from it
	$(UV_LOCK)
	$(EXPORT) --output-file requirements.txt
