# Two commands do all: `make run` installs and runs the main job, `make test` installs and runs every test.
# Arguments go through, as in: make run ARGS="report.language=zh study.seeds=20"
PYTHON ?= python3
BIN = .venv/bin
TEST = .venv-test/bin

.PHONY: run test install clean

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
	$(PYTHON) -m venv .venv-test
	$(TEST)/python -m pip install --quiet --upgrade pip
	$(TEST)/python -m pip install --quiet --editable ".[zh,dev]"
	$(TEST)/ruff check .
	$(TEST)/ruff format --check .
	$(TEST)/mypy
	$(TEST)/python -m pytest -n 2 --dist loadfile $(ARGS)

clean:
	rm -rf .venv .venv-test build dist *.egg-info
	find sim -name __pycache__ -prune -exec rm -rf {} +
