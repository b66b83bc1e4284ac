# One environment, .venv, at the repository's root. `make verify` is the main job.
# PYTHON chooses the interpreter that makes it: make test PYTHON=python3.12
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11 python,$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help verify test slow bench gpu survey exhaustive lint format docs serve clean
.DEFAULT_GOAL := help

help:  ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer found; name one: make PYTHON=/path/to/python3"; exit 2; }
	@echo "making .venv with $(PYTHON) (once, a minute or two)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[torch,docs,dev,formats]'
	@rm -rf src/ropespec.egg-info # it names our files, and pytest would rewrite them all
	@touch $@

verify: $(READY)  ## the main job: prove, compute, check, one summary
	$(BIN)/ropespec verify

test: $(READY)  ## the tests, but for the slow ones
	$(BIN)/pytest -n 2 -m "not slow"

slow: $(READY)  ## the slow ones: compilers, browsers, whole corpora, the site
	$(BIN)/pytest -n 2 -m slow

bench: $(READY)  ## speed, memory and accuracy of the torch version beside its peers, minutes
	$(BIN)/ropespec bench

gpu: $(READY)  ## on a GPU: values and speed of the Triton kernel, into gpu.json; 9 minutes
	$(BIN)/python -m ropespec.checks.bench.gpu --json gpu.json

survey: $(READY)  ## judge the implementations that people use, each in its own environment; an hour
	$(BIN)/ropespec survey --json checks/survey/results.json

exhaustive: $(READY)  ## every corruption of every certificate, 100000 exact phases; many minutes
	ROPESPEC_EXHAUSTIVE=1 $(BIN)/pytest -n 2 spec/tests/test_recheck.py reference/tests/test_oracle_sampled.py

lint: $(READY)  ## format, rules and types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

format: $(READY)  ## write the code in the house's form
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# No --quiet: mkdocs then counts no warnings, and --strict passes anything.
docs: $(READY)  ## the site, in site/
	$(BIN)/python docs/generate.py --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

serve: $(READY)  ## the site, live at http://127.0.0.1:8000
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

clean:  ## remove what make made
	rm -rf .venv site build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis src/*.egg-info
