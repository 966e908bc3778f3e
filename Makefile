# Everything a newcomer needs: `make demo`, `make test`. Needs Python 3.11+, no GPU, and no network
# after the first install. Works with GNU make 3.81 (macOS) and later.

PYTHON ?= python3
VENV ?= .venv
# On Linux the ordinary wheel brings CUDA. The smaller one for CPUs only:
#   make demo TORCH='torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu'
TORCH ?= torch==2.13.0
# More for pytest: make test ARGS='-k kl'
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# cores are shared out between processes; threads inside them only get in the way
export OMP_NUM_THREADS ?= 1
.DEFAULT_GOAL := help
.PHONY: help demo fix check format lint imports types test science bench docs clean

help: ## list these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1	/' | expand -t 12

demo: $(VENV)/.installed ## run a small KL sweep (minutes) and say where its report is
	@set -e; $(BIN)/looksgood run kl-sweep --preset quick > $(VENV)/demo.txt; \
	cat $(VENV)/demo.txt; echo "The report: $$(tail -n 1 $(VENV)/demo.txt)/report.html"

fix: $(VENV)/.installed-dev ## format, and repair what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: format lint imports types test ## all that CI checks

format: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .

imports: $(VENV)/.installed-dev
	$(BIN)/lint-imports

types: $(VENV)/.installed-dev
	$(BIN)/basedpyright --pythonpath $(BIN)/python

test: $(VENV)/.installed-dev ## all tests but the nightly ones
	$(BIN)/python -m pytest -n 2 -m "not science" $(ARGS)

science: $(VENV)/.installed-dev ## known results must reappear (nightly)
	$(BIN)/python -m pytest -m science $(ARGS)

bench: $(VENV)/.installed-dev ## measure our speed beside TRL's
	$(BIN)/looksgood bench $(ARGS)

docs: $(VENV)/.installed-dev ## write the generated tables of docs/ again
	$(BIN)/python docs/generate.py

clean: ## remove the environment and caches, never runs
	rm -rf $(VENV) build dist .ruff_cache .hypothesis .import_linter_cache .benchmarks
	find src tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

# torch first, so that nothing else chooses its version
$(VENV)/.torch:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "$(PYTHON) is $$($(PYTHON) --version): looksgood needs Python 3.11 or later;" \
	"say which: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet $(TORCH)
	@touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml constraints.txt
	$(PIP) install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.torch pyproject.toml constraints.txt
	$(PIP) install --quiet -c constraints.txt -e '.[dev]'
	@touch $(VENV)/.installed $@
