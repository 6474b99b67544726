# Every target works on a fresh machine: it needs python3 and make, and makes .venv by itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# The capture files that `make validate` checks, and how many processes run the tests.
CAPTURE ?= $(wildcard examples/captures/main-bot-*.ndjson examples/captures/flow-resume-*.ndjson)
WORKERS ?= auto

# A hash of every file that git tracks or would: what the tests passed with, kept by `make test`.
TESTED := $(VENV)/.tested
TREE = git ls-files -z --cached --others --exclude-standard 2>/dev/null | xargs -0r sha256sum 2>&1 | sha256sum

# pyright runs on the Node.js that requirements-dev.txt pins, and looks for no newer version.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help generate check-generated validate test tested lint types imports check bench browser fuzz mutants wheel docs clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(INSTALLED): requirements-dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"This needs Python 3.11 or later. Name one: make PYTHON=python3.12 $(or $(MAKECMDGOALS),help)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the development tools into $(VENV) (once, a minute or two)"
	@$(BIN)/python -m pip install -qq --requirement requirements-dev.txt
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

# Other protocols that are kept here: each has a schema/ and the generated/ that is made of it.
PROTOCOLS := $(wildcard examples/protocols/*/schema)

generate: $(INSTALLED) ## Write generated/ from schema/, also of the examples
	$(BIN)/voxspec generate
	@set -e; for schema in $(PROTOCOLS); do (set -x; $(BIN)/voxspec generate --schema $$schema --out $${schema%/schema}/generated); done

check-generated: $(INSTALLED) ## Fail when generated/ is not what schema/ says
	$(BIN)/voxspec generate --check
	@set -e; for schema in $(PROTOCOLS); do (set -x; $(BIN)/voxspec generate --check --schema $$schema --out $${schema%/schema}/generated); done

validate: generate ## Check captures: make validate CAPTURE=file.ndjson (default: the examples)
	$(BIN)/voxwire validate $(CAPTURE)

test: $(INSTALLED) ## Run all tests, on all cores: make test WORKERS=2 uses two
	@rm -f $(TESTED) && $(TREE) > $(TESTED).now
	$(BIN)/pytest --numprocesses=$(WORKERS)
	@mv $(TESTED).now $(TESTED)

# `make check` after `make test` runs the tests once more only if a file has changed in between.
tested: $(INSTALLED)
	@if git rev-parse --quiet --git-dir >/dev/null 2>&1 && test -s $(TESTED) \
		&& $(TREE) | cmp -s - $(TESTED); \
	then echo "The tests have passed with exactly these files; they are not run again."; \
	else $(MAKE) --no-print-directory test; fi

lint: $(INSTALLED) ## Check style and formatting, and the schema files by their rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/voxspec lint
	@set -e; for schema in $(PROTOCOLS); do (set -x; $(BIN)/voxspec lint --schema $$schema); done

types: $(INSTALLED) ## Check types with mypy --strict and pyright
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

imports: $(INSTALLED)
	$(BIN)/lint-imports --no-logo --no-cache

check: check-generated lint types imports validate tested ## All of the above checks, and who may import whom

bench: $(INSTALLED) ## Run the benchmarks and write the table in benchmarks/README.md
	$(BIN)/python -m benchmarks

browser: ## Install Chromium from Debian's packages, for the tests of HTML reports
	@command -v chromium >/dev/null || (set -x; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium)

fuzz: $(INSTALLED) ## Run the property tests with many more examples, and the decoders on changed frames
	$(BIN)/pytest --numprocesses=$(WORKERS) --hypothesis-profile=fuzz -m hypothesis
	$(BIN)/python -m tests.voxwire.mutated_frames 500000

mutants: $(INSTALLED) ## Break the runtime in small ways to see if tests notice: make mutants [AREA=codec]
	$(BIN)/python -m benchmarks.mutants $(AREA)

wheel: $(INSTALLED) ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

docs: generate ## Write generated/docs and check every link in the documents
	$(BIN)/pytest --quiet tests/docs/test_links.py

clean: ## Remove .venv, caches and builds
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mutants .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
