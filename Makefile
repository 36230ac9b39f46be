# Names and orders things; the logic is in scripts/.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --warn-undefined-variables --no-builtin-rules --no-print-directory

PYTHON ?= python3
FROM ?=
DEST ?=
FORCE ?=
TAG ?=
AGAINST ?=
COPY ?=
FORMAT ?= text
FAIL_ON ?= breaking
CONTRACT ?=
FULL ?=
SEED ?=
KILLS ?=
# AS is the assembler, to make itself and to compilers' environments: it counts only where asked for.
ifneq ($(origin AS),command line)
AS :=
endif

DRAWING := $(if $(SEED),--hypothesis-seed "$(SEED)")
PYTEST = $(RUN) -m pytest --numprocesses auto --dist worksteal $(DRAWING)
READY := .venv/.ready
SETUP := scripts/setup.py scripts/support/pip_settings.py
RUN := .venv/bin/python
DOCS_FOLDER := .build/docs
DOCS := $(DOCS_FOLDER)/.ready
CRASH_FOLDER := .build/crash
CRASH := $(CRASH_FOLDER)/.ready
LOCK := .venv/bin/uv pip compile pyproject.toml --upgrade --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --quiet
# Git keeps no times: when the client was made here is written down in a place of its own.
CLIENT := .build/client.made
PROVENANCE := generated_client/propexo_client/_generated/PROVENANCE.json
INPUTS := openapi/propexo.json openapi/pin.json openapi/operations.toml openapi/generator.yml \
          scripts/generate.py $(wildcard scripts/document/*.py openapi/templates/*)

.PHONY: help setup pin client check test drift scoreboard live demo test-slow test-crash wheel vendor release-check detect audit docs bench lock clean

help: ## Show this list
	@awk '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  match($$0, /^[a-z-]+:.*## /) { \
	    target = substr($$0, 1, index($$0, ":") - 1); text = substr($$0, RLENGTH + 1); \
	    options = match(text, / \[.*/) ? substr(text, RSTART + 1) : ""; sub(/ \[.*/, "", text); \
	    printf "  make %-14s %s\n", target, text; \
	    if (options) printf "  %19s %s\n", "", options }' $(MAKEFILE_LIST)

##@ Start here

client: $(CLIENT) ## Generate the client from the pin

$(CLIENT): $(READY) $(INPUTS) $(PROVENANCE)
	@$(RUN) -m scripts.generate
	@touch $@

$(PROVENANCE): # where it is missing, the client is generated

test: $(CLIENT) ## Run the tests, offline [CONTRACT=url-or-file SEED=number]
	@$(PYTEST) $(if $(CONTRACT),contract_tests/contract --contract "$(CONTRACT)")

demo: $(CLIENT) ## Show a credit, a lost one, and a run that is killed
	@$(RUN) -m scripts.demo

##@ Use it elsewhere

vendor: $(CLIENT) ## Copy the client into another project [DEST=folder AS=name FORCE=1]
	@$(RUN) -m scripts.vendor --to "$(DEST)" $(if $(AS),--as "$(AS)") $(if $(FORCE),--force)

wheel: $(CLIENT) ## Build the wheel and its bill of materials in dist/
	@$(RUN) -m scripts.wheel

##@ Follow the vendor

pin: $(READY) ## Download the vendor's document and pin our part [FROM=url-or-file]
	@$(RUN) -m scripts.pin $(if $(FROM),--from "$(FROM)")

drift: $(READY) ## Compare the pin with the vendor's document of today [COPY=folder AGAINST=url-or-file FORMAT= FAIL_ON=]
	@$(RUN) -m scripts.drift $(if $(COPY),"$(COPY)") \
	  $(if $(AGAINST),--against "$(AGAINST)") --format $(FORMAT) --fail-on $(FAIL_ON)

detect: $(READY) ## Leave a drift report and a patch in .build/detect [FROM=url-or-file]
	@$(RUN) -m scripts.detect $(if $(FROM),--from "$(FROM)")

##@ Prove it

check: $(CLIENT) ## Check generated code, style, types and workflows
	@$(RUN) -m scripts.generate --check
	@echo "check: style"
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@echo "check: types, with mypy and then basedpyright"
	@.venv/bin/mypy
	@.venv/bin/basedpyright
	@echo "check: workflows"
	@.venv/bin/check-jsonschema --quiet --builtin-schema github-workflows .github/workflows/*.yml
	@.venv/bin/check-jsonschema --quiet --builtin-schema github-actions .github/actions/*/action.yml
	@.venv/bin/check-jsonschema --quiet --builtin-schema dependabot .github/dependabot.yml
	@.venv/bin/zizmor --offline --quiet .github

test-slow: $(CLIENT) ## Run the longer tests, on real versions of the document too [SEED=number]
	@$(PYTEST) -m slow --timeout 300

test-crash: $(CLIENT) $(CRASH) ## Kill workers with keys at random moments, and without [KILLS=number SEED=number]
	@KILLS="$(KILLS)" SEED="$(SEED)" nice $(CRASH_FOLDER)/bin/python -m pytest contract_tests/crash -m crash \
	  --confcutdir contract_tests/crash --override-ini addopts="-q -rs -p no:cacheprovider --import-mode=importlib" \
	  --override-ini timeout=0

$(CRASH): requirements-crash.lock $(SETUP)
	@$(PYTHON) -m scripts.setup crash

scoreboard: $(CLIENT) ## Show which check notices which change [FULL=1 SEED=number]
	@$(RUN) -m contract_tests.scoreboard $(if $(FULL),--full) $(if $(SEED),--seed "$(SEED)")

live: $(CLIENT) ## Post one cent to the vendor's sandbox [PROPEXO_TOKEN and ids]
	@$(RUN) -m pytest contract_tests/live -m live --timeout 0

bench: $(CLIENT) ## Measure speed, memory and size, as ratios
	@$(RUN) -m scripts.bench

##@ Maintain the project

setup: $(READY) ## Build .venv from the lock; other targets do this too
	@:

$(READY): requirements.lock $(SETUP)
	@$(PYTHON) -m scripts.setup

lock: $(READY) ## Refresh all locks from pyproject.toml
	@$(LOCK) --group dev --output-file requirements.lock
	@$(LOCK) --group docs --output-file requirements-docs.lock
	@$(LOCK) --group crash --output-file requirements-crash.lock
	@.venv/bin/uv pip compile scripts/drift/pyproject.toml --constraints requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet \
	  --output-file requirements-drift.lock

docs: $(DOCS) $(CLIENT) ## Build the pages of docs/ into .build/site
	@$(DOCS_FOLDER)/bin/zensical build --strict --clean --config-file mkdocs.yml
	@echo "docs: open .build/site/index.html"

$(DOCS): requirements-docs.lock $(SETUP)
	@$(PYTHON) -m scripts.setup docs

audit: $(READY) ## Look up all packages in the database of vulnerabilities
	@$(RUN) -m scripts.audit

release-check: $(CLIENT) ## Check version, changelog and provenance [TAG=v1.2.3]
	@$(RUN) -m scripts.release $(if $(TAG),--tag "$(TAG)")

clean: ## Remove what can be made again, .venv included
	@rm -rf .venv .build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
