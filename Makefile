# On a fresh machine: Python ≥ 3.11 and make. PYTHON=python3.12 chooses another interpreter.
PYTHON ?= python3
RUN := .venv/bin/python
TESTS ?= tests
PROCESSES ?= 2

.PHONY: up install install-dev test contract lint fmt bench clean

up: install
	@exec $(RUN) manage.py up

install:
	@$(PYTHON) xmsw/runtime/bootstrap.py

install-dev:
	@$(PYTHON) xmsw/runtime/bootstrap.py --dev

test: lint
	@$(RUN) -m pytest $(TESTS) -n $(PROCESSES) --dist loadscope

# The whole contract of the REST interface against the running portal, with every kind of client: half an hour.
# CONTRACT_CLIENTS=city,staff names some of them.
contract: install-dev
	@CONTRACT_PHASES=examples,coverage $(RUN) -m pytest tests/api/test_schemathesis.py

lint: install-dev
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@.venv/bin/lint-imports
	@XMSW_ENV=test $(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

fmt: install-dev
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

bench: install-dev
	@$(RUN) -m tests.benchmarks $(BENCH)

clean:
	@rm -rf .pytest_cache .ruff_cache .import_linter_cache test-results var/static
	@find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +
