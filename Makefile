PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# Two at a time; -X dev has to be said to each, and not to watch memory, which takes a fifth longer and is for C. What is
# compiled is kept, even where a machine says that it shall not: else each process compiles all tests, for four seconds
PYTEST := PYTHONDONTWRITEBYTECODE= PYTHONMALLOC=default $(BIN)/python -X dev -m pytest --dist worksteal --tx '2*popen//python=$(BIN)/python -X dev'
# One lock for each Python from 3.11 on and each processor; no address of a registry in it
UV := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --annotation-style line --custom-compile-command 'make lock'
BIOME := $(BIN)/node node_modules/.bin/biome
DJADE := $(BIN)/djade --target-version 5.2
export PORT

.PHONY: run dev test quick engines lint format check bench lock messages folding clean

run: .venv/run  ## everything, from nothing
	@$(BIN)/python manage.py demo

dev: .venv/dev  ## the same from the source, which may change: the server starts anew
	@$(BIN)/python manage.py dev

test: .venv/dev
	@$(PYTEST)

quick: .venv/dev  ## the tests that take no server, no browser and no patience
	@$(PYTEST) -m 'not served and not slow'

engines: .venv/dev tests/engines/node_modules/.package-lock.json  ## reader and desk in old Chromiums, Firefox and WebKit
	@ENGINES=1 $(PYTEST) tests/engines

lint: .venv/dev node_modules/.package-lock.json  ## what needs no database: format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	find templates -type f -exec $(DJADE) --check {} +
	$(BIOME) check --error-on-warnings
	DATABASE_URL=postgresql:///none SECRET_KEY=none $(BIN)/mypy

format: .venv/dev node_modules/.package-lock.json  ## write what lint would ask for
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	-find templates -type f -exec $(DJADE) {} +
	$(BIOME) check --write

check: lint
	VAR_DIR=var/test $(BIN)/python -X dev -W error manage.py makemigrations --check --dry-run
	VAR_DIR=var/test $(BIN)/python -X dev -W error manage.py check
	$(PYTEST)

bench: .venv/dev .venv/bench  ## this server beside its peers; says what it needs of Debian
	@$(BIN)/python benchmarks/run.py $(BENCH)

lock: .venv/dev  ## write requirements*.txt from pyproject.toml; LOCK=--upgrade takes the newest, LOCK='--upgrade-package NAME' one
	$(UV) $(LOCK) -o requirements.txt
	$(UV) $(LOCK) -c requirements.txt --group dev -o requirements-dev.txt
	$(UV) $(LOCK) -c requirements.txt --group bench -o requirements-bench.txt

messages: .venv/dev  ## collect the pages' words for translation, and compile them; needs gettext
	@$(BIN)/python manage.py makemessages -l zh_Hans --no-wrap --no-location --no-obsolete --ignore .venv --ignore var --ignore tests
	@$(BIN)/python manage.py compilemessages -l zh_Hans --ignore .venv

folding: .venv/dev  ## write the tables of the search's folding, from OpenCC's data
	@$(BIN)/python -m tests.folding_table

.venv/run: requirements.txt
	@$(MAKE) --no-print-directory .venv/bin/python
	@echo "Installing what the server needs (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	@echo "Installing what the tests need (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/.package-lock.json: package-lock.json .npmrc .venv/dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --silent
	@touch $@

tests/engines/node_modules/.package-lock.json: tests/engines/package-lock.json tests/engines/.npmrc .venv/dev
	@echo "Downloading old browsers, 150 MB (once) …"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --silent --prefix tests/engines
	@touch $@

.venv/bench: requirements-bench.txt .venv/run
	@echo "Installing what the benchmarks need (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Fangtan needs Python 3.11 or newer, and $(PYTHON) is {sys.version.split()[0]}: try make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

clean:  ## forget the demo, the database and the virtual environment
	rm -rf .venv node_modules tests/engines/node_modules var
