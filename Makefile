# `make run` installs and runs the main job, `make test` installs and runs every test, `make site` builds the site.
# Arguments go through, as in: make run ARGS="report.language=zh study.seeds=20"
PYTHON ?= python3
BIN = .venv/bin
TEST = .venv-test/bin

.PHONY: run test quick check site install clean

run: install
	$(BIN)/lifecircle $(ARGS)

install: .venv/installed

.venv/installed: pyproject.toml setup.py
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[zh]"
	touch $@

test:
	rm -rf .venv-test
	$(MAKE) check ARGS="$(ARGS)"

# The same in about a minute, in the environment of the last `make test` or `make quick`, without the slow tests.
quick:
	$(MAKE) check ARGS='-m "not slow" $(ARGS)'

check: .venv-test/installed
	$(TEST)/ruff check .
	$(TEST)/ruff format --check .
	$(TEST)/mypy
	$(TEST)/python -m pytest -n 2 --dist loadfile $(ARGS)

.venv-test/installed: pyproject.toml setup.py
	$(PYTHON) -m venv .venv-test
	$(TEST)/python -m pip install --quiet --upgrade pip
	$(TEST)/python -m pip install --quiet --editable ".[zh,dev]"
	touch $@

# The site of documentation, with its gallery, into build/site.
site: .venv/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

.venv/docs: .venv/installed
	$(BIN)/python -m pip install --quiet --editable ".[zh,docs]"
	touch $@

clean:
	rm -rf .venv .venv-test build dist *.egg-info
	find sim -name __pycache__ -prune -exec rm -rf {} +
