# make run: the whole desk on http://127.0.0.1:8080 with demo data; make test: every test.
PYTHON ?= python3
BIN := .venv/bin
# How many processes run tests at once; a file's tests stay together.
WORKERS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install run test pure lint clean

install: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Longwatch needs Python 3.11 or newer; this is %s. Set PYTHON=python3.11 (or newer)." % sys.version.split()[0])'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python cannot make virtual environments here: install your system's python3-venv package."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Longwatch needs into .venv (about a minute the first time) ..."
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,postgres]'
	@touch $@

run: install
	@LONGWATCH_DEMO=$${LONGWATCH_DEMO:-1} $(BIN)/longwatch up

test: install lint
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder

pure: install
	@$(BIN)/python -m pytest -q tests/domain tests/integrations

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
