# The commands of the house. `make run` and `make test` need nothing but Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
APPS := civic volunteers campaigns evaluations rectification participation releases portal
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run
run: .venv/ready ## the site with the demo town at http://127.0.0.1:8000
	@$(BIN)/python manage.py serve --demo

.PHONY: test
test: .venv/ready-dev ## everything, on SQLite, on PostgreSQL with Redis, and in Chromium
	@sh tests/provision.sh
	@$(BIN)/python -m tests.everything

.PHONY: check
check: .venv/ready-dev ## lint, types, storeys, migrations, catalogue
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy $(APPS)
	DATA_DIR=var/check LOG_LEVEL=ERROR $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m pytest -q tests/test_house_rules.py tests/test_catalogue.py

.PHONY: messages
messages: .venv/ready-dev ## collect the strings of the source, compile the catalogue (needs gettext)
	DATA_DIR=var/check LOG_LEVEL=ERROR $(BIN)/python manage.py makemessages -l zh_Hans \
	  --no-location --no-wrap --no-obsolete -i .venv -i var -i static -i tests
	msgcat --sort-output --no-wrap locale/zh_Hans/LC_MESSAGES/django.po \
	  | grep -v '^"POT-Creation-Date' > locale/zh_Hans/LC_MESSAGES/sorted.po
	mv locale/zh_Hans/LC_MESSAGES/sorted.po locale/zh_Hans/LC_MESSAGES/django.po
	msgfmt --check-format --statistics -o locale/zh_Hans/LC_MESSAGES/django.mo \
	  locale/zh_Hans/LC_MESSAGES/django.po

.PHONY: format
format: .venv/ready-dev ## format the source
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: pictures
pictures: .venv/ready-dev ## photograph the demo site for docs/pictures
	@$(BIN)/python -m tests.browser.pictures

.PHONY: bench
bench: .venv/ready-dev ## time the work on figures with the rows of many years: some minutes
	@$(BIN)/python -m tests.bench

.PHONY: coverage
coverage: .venv/ready-dev ## what the tests never reach, by branch
	$(BIN)/python -m pytest -q -n 2 --ignore tests/browser --cov --cov-report=term:skip-covered

.PHONY: clean
clean: ## remove what a checkout made for itself, except the data in var/
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis .coverage htmlcov test-results var/check

.PHONY: help
help: ## these lines
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/'

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Python 3.11 or newer is needed. If it has another name: make PYTHON=python3.12 run'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; \
	  else echo 'Python lacks its venv module. On Debian: sudo apt install python3-venv'; exit 1; fi; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/ready: .venv/made requirements.txt
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

.venv/ready-dev: .venv/ready requirements-scale.txt requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@
