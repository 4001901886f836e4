# The commands of the house. `make run` and `make test` need nothing but Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin

.venv/ready: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

.venv/ready-dev: .venv/ready requirements-scale.txt requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@

.PHONY: run
run: .venv/ready ## the site with the demo town at http://127.0.0.1:8000
	$(BIN)/python manage.py serve --demo
