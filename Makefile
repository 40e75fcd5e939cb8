# What people and machines do with a clone. Each target works on a fresh one with Python 3.11 and make.

HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
export HOST PORT

.PHONY: help setup setup-dev run test lint format bench faults clean
.DEFAULT_GOAL := help

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

# Installs one requirements file with everything held by constraints.txt, unless exactly this was installed.
# Without --no-compile, pip would spend a third of its time on modules that nobody imports.
define install
@wanted="$$(cat requirements.txt $(1) constraints.txt | cksum)"; \
if [ "$$(cat .venv/$(1).installed 2>/dev/null)" != "$$wanted" ]; then \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Manyhands needs Python 3.11 or newer")' && \
	{ [ -x $(BIN)/python ] || $(PYTHON) -m venv .venv; } && \
	echo "installing $(1) into .venv" && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --prefer-binary --no-compile \
		-r $(1) -c constraints.txt && \
	echo "$$wanted" > .venv/$(1).installed; \
fi
endef

setup: ## Make .venv from the pinned requirements; nothing to do when it is current
	$(call install,requirements.txt)

setup-dev: setup ## The same with what checks the product
	$(call install,requirements-dev.txt)

run: setup ## Serve the site with its worker: [HOST=127.0.0.1] [PORT=8000]
	@exec $(BIN)/flask --app app up

test: setup-dev ## Run the tests: [ARGS=...]; REQUIRE_ALL=1 fails where a server or browser is missing
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -m "not faults" $(ARGS)

faults: setup-dev ## Start the shipped processes, kill them, and see that nothing is lost: [ARGS=...]
	@$(BIN)/python -m pytest -m faults $(ARGS)

lint: setup-dev ## Check style, types, templates and the house's plan
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet --ignore H015,H025,H043
	$(BIN)/python -m pytest tests/test_architecture.py

format: setup-dev ## Bring the code into shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: setup-dev ## Measure, one JSON object per line: [ONLY=name]
	@$(BIN)/python -m benchmarks $(ONLY)

clean: ## Remove what was made here, but never instance/
	rm -rf .venv .venv-peers .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
