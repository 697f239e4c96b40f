# Vedette. `make up` shows it, `make test` proves it; both set up what they need in .venv.
# Python of your own choice: make up PYTHON=python3.12

PYTHON ?= python3
ARGS ?=
WORKERS ?= 2
BIN := .venv/bin
SETUP := PYTHON=$(PYTHON) sh deploy/setup.sh

# Real browsers, engines and clocks share two cores here: what fails beside the others must hold when it runs by itself.
define tests
{ $(BIN)/pytest $(1) $(ARGS) || { echo 'What failed is run once more, alone:'; $(BIN)/pytest --last-failed $(2) $(ARGS); }; }
endef

.DEFAULT_GOAL := help
.PHONY: help up test check proof browser bench pictures words clean

help: ## What can be done here
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | \
	  while IFS="$$(printf '\t')" read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

up: .venv/.server ## Install, and run Vedette with its demo (ARGS="--port 7200 --data /tmp/v" passes options on)
	@exec $(BIN)/vedette up --demo $(ARGS)

test: check browser ## Install, and run every check and every test
	$(call tests,-n $(WORKERS) --dist loadfile -m "not proof and not demo",-m "not proof and not demo")
	$(call tests,-m "demo and not proof" tests/flow,-m "demo and not proof" tests/flow)

check: .venv/.dev ## Style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

proof: .venv/.dev browser ## The longer forms of the proofs (minutes)
	$(BIN)/pytest -m proof $(ARGS)

bench: .venv/.dev browser ## The house's own measurements; see benchmarks/README.md
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.publish_latency
	$(BIN)/python -m benchmarks.queries

pictures: .venv/.dev browser ## Take the documentation's pictures again, from the running demo
	$(BIN)/python -m docs.pictures.take
	$(BIN)/python -m docs.pictures.charts

words: .venv/.dev ## Write the reference of the words again, from the words themselves
	$(BIN)/python -m docs.reference.words

browser: .venv/.dev ## Debian's chromium, which the browser tests drive
	@$(SETUP) browser

clean: ## Remove what was installed and cached here (never ./data)
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis tests/artifacts

# A stamp says which set is installed; it is older than the files that decide what that set holds, or it is made again.
.venv/.server: pyproject.toml constraints.txt deploy/setup.sh
	@$(SETUP) packages server,otel
	@touch $@

.venv/.dev: pyproject.toml constraints.txt deploy/setup.sh
	@$(SETUP) packages dev
	@touch $@ .venv/.server
