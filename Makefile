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
# AS is the assembler, to make itself and to compilers' environments: it counts only where asked for.
ifneq ($(origin AS),command line)
AS :=
endif

READY := .venv/.ready
SETUP := scripts/setup.py scripts/support/pip_settings.py
RUN := .venv/bin/python
DOCS_FOLDER := .build/docs
DOCS := $(DOCS_FOLDER)/.ready
LOCK := .venv/bin/uv pip compile pyproject.toml --upgrade --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --quiet
# Git keeps no times: when the client was made here is written down in a place of its own.
CLIENT := .build/client.made
PROVENANCE := generated_client/propexo_client/_generated/PROVENANCE.json
INPUTS := openapi/propexo.json openapi/pin.json openapi/operations.toml openapi/generator.yml \
          scripts/generate.py $(wildcard scripts/document/*.py)

.PHONY: help setup pin client check test drift scoreboard live demo test-slow wheel vendor release-check detect audit docs bench lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | \
	  awk -F '\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

setup: $(READY) ## Build .venv from requirements.lock (every other target does this by itself)
	@:

$(READY): requirements.lock $(SETUP)
	@$(PYTHON) -m scripts.setup

pin: $(READY) ## Download the vendor's document and pin our part of it [FROM=url-or-file]
	@$(RUN) -m scripts.pin $(if $(FROM),--from "$(FROM)")

client: $(CLIENT) ## Generate the client from the pin

$(CLIENT): $(READY) $(INPUTS) $(PROVENANCE)
	@$(RUN) -m scripts.generate
	@touch $@

$(PROVENANCE): # where it is missing, the client is generated

check: $(CLIENT) ## Check generated code, style, types and workflows
	@$(RUN) -m scripts.generate --check
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy
	@.venv/bin/basedpyright
	@.venv/bin/check-jsonschema --quiet --builtin-schema github-workflows .github/workflows/*.yml
	@.venv/bin/check-jsonschema --quiet --builtin-schema github-actions .github/actions/*/action.yml
	@.venv/bin/check-jsonschema --quiet --builtin-schema dependabot .github/dependabot.yml
	@.venv/bin/zizmor --offline --quiet .github

test: $(CLIENT) ## Run the tests, offline [CONTRACT=url-or-file judges by another document]
	@$(RUN) -m pytest --numprocesses auto --dist worksteal \
	  $(if $(CONTRACT),contract_tests/contract --contract "$(CONTRACT)")

drift: $(READY) ## Compare pin, or COPY=folder, with the vendor's document of today [AGAINST=url-or-file]
	@$(RUN) -m scripts.drift $(if $(COPY),--base "$(COPY)/_generated/contract.json") \
	  $(if $(AGAINST),--candidate "$(AGAINST)") --format $(FORMAT) --fail-on $(FAIL_ON)

scoreboard: $(CLIENT) ## Show which check notices which change, over thousands of single changes
	@$(RUN) -m contract_tests.scoreboard

live: $(CLIENT) ## Post one cent to the vendor's sandbox; never in CI [PROPEXO_TOKEN and ids]
	@$(RUN) -m pytest -m live -rs

demo: $(CLIENT) ## Show a credit that goes well, and one whose answer is lost; on loopback
	@$(RUN) -m scripts.demo

test-slow: $(CLIENT) ## Run the tests that take longer, on real versions of the vendor's document too
	@$(RUN) -m pytest -m slow -rs

wheel: $(CLIENT) ## Build dist/: the wheel and its bill of materials; offline
	@$(RUN) -m scripts.wheel

vendor: $(CLIENT) ## Copy the client into another project DEST=folder [AS=name] [FORCE=1]
	@$(RUN) -m scripts.vendor --to "$(DEST)" $(if $(AS),--as "$(AS)") $(if $(FORCE),--force)

release-check: $(CLIENT) ## Check that version, changelog and provenance agree [TAG=v1.2.3]
	@$(RUN) -m scripts.release $(if $(TAG),--tag "$(TAG)")

detect: $(READY) ## Take today's document, and leave a report and a patch in .build/detect [FROM=url-or-file]
	@$(RUN) -m scripts.detect $(if $(FROM),--from "$(FROM)")

audit: $(READY) ## Look all packages up in the database of known vulnerabilities
	@$(RUN) -m scripts.audit

docs: $(DOCS) $(CLIENT) ## Build the pages of docs/ into .build/site; warnings are errors
	@$(DOCS_FOLDER)/bin/zensical build --strict --clean --config-file mkdocs.yml
	@echo "docs: open .build/site/index.html"

$(DOCS): requirements-docs.lock $(SETUP)
	@$(PYTHON) -m scripts.setup --docs

bench: $(CLIENT) ## Measure speed, memory and size, as ratios
	@$(RUN) -m scripts.bench

lock: $(READY) ## Refresh requirements.lock and requirements-docs.lock from pyproject.toml
	@$(LOCK) --group dev --output-file requirements.lock
	@$(LOCK) --group docs --output-file requirements-docs.lock

clean: ## Remove what can be made again, .venv included
	@rm -rf .venv .build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
