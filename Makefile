# Everything a person does with this project. `make` alone prints the list.
# Needed beforehand: Python 3.11 or newer with its venv module, and make. pip's own variables (PIP_INDEX_URL, …) are passed on.

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
WORKERS ?= auto
STACKS ?= postgres+redis postgres+redis+s3 postgres+rabbitmq postgres+rabbitmq+s3
# Everything that runs an installation as its operator does.
STORIES := tests/browser tests/stories tests/web/test_in_a_browser.py tests/followup/test_promises_in_a_browser.py \
	tests/municipality/identity/test_oidc.py tests/municipality/identity/test_saml.py tests/followup/bounces/test_webhooks.py tests/config/test_lines_of_a_mailing.py \
	tests/ung/test_films.py tests/ung/test_statistics.py
# A name or path of the Python to use; without it, python3 or the first newer one that suits.
PYTHON ?=

SUITS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
CATALOGS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))
# Checks write nothing into the developer's own installation.
CHECK_MANAGE := DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo start test test-faults test-stacks bench-web bench-mail bench-fanout bench-packages bench-import bench-report bench-share bench-folder bench-scale bench-failover pictures check audit sbom format migrations catalog lock

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.runtime $(CATALOGS) ## Build the environment in .venv

setup-dev: $(VENV)/.development $(CATALOGS) ## The same, with what tests and checks need

demo: setup ## Build all, fill it with demonstration content and start it (PORT=8000)
	@echo "Bringing the database up to date (a minute or two the first time) …"
	@$(BIN)/python manage.py migrate --verbosity 0
	@BASE_URL=$${BASE_URL:-http://127.0.0.1:$(PORT)} $(BIN)/python manage.py seed_demo
	@$(BIN)/python manage.py start --port $(PORT)

start: setup ## Start your own installation in one process (PORT=8000)
	@echo "Bringing the database up to date (a minute or two the first time) …"
	@$(BIN)/python manage.py migrate --verbosity 0
	@BASE_URL=$${BASE_URL:-http://127.0.0.1:$(PORT)} $(BIN)/python manage.py begin
	@$(BIN)/python manage.py start --port $(PORT)

test: setup-dev ## Run every test (WORKERS=2, ARGS="tests/content -k edition")
	@$(BIN)/python -m pytest --numprocesses=$(WORKERS) --maxprocesses=4 --dist=loadfile $(ARGS)

bench-web: setup-dev ## What a page costs reader and server, beside a static file (ARGS="--seconds 5")
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -m tests.benchmarks.web $(ARGS)

test-faults: setup-dev ## The tests of faults at full size: kill workers, database and broker while letters leave (long)
	@KAMPANJ_FAULT_RECIPIENTS=$${KAMPANJ_FAULT_RECIPIENTS:-100000} KAMPANJ_FAULT_KILLS=$${KAMPANJ_FAULT_KILLS:-20} \
		KAMPANJ_FAULT_CRASHES=$${KAMPANJ_FAULT_CRASHES:-3} $(BIN)/python -m pytest --numprocesses=0 tests/faults $(ARGS)

test-stacks: setup-dev ## Stories and faults as in production, on each stack in turn (STACKS="postgres+rabbitmq+s3"; long)
	@failed=""; for stack in $(STACKS); do echo "--- $$stack"; \
		KAMPANJ_STACK=$$stack $(BIN)/python -m pytest --numprocesses=$(WORKERS) --maxprocesses=4 --dist=loadfile \
			$(STORIES) tests/faults $(ARGS) || failed="$$failed $$stack"; done; \
	if [ -n "$$failed" ]; then echo "Not all is well on:$$failed" >&2; exit 1; fi

bench-mail: setup-dev ## Letters a second beside a bare SMTP loop (ARGS="--help")
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -m tests.benchmarks.mail $(ARGS)

bench-fanout: setup-dev ## From a segment to one row for each recipient (ARGS="--recipients 1000000")
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -m tests.benchmarks.fanout $(ARGS)

bench-packages: setup-dev ## What packages cost in time and memory (ARGS="--forms cc11 offline")
	@$(BIN)/python -m tests.benchmarks.packages $(ARGS)

bench-import: setup-dev ## What a roster of 100,000 rows costs, beside bare inserts (ARGS="--rows 10000")
	@$(BIN)/python -m tests.benchmarks.imports $(ARGS)

bench-report: setup-dev ## What a mailing's report costs, however many its letters (ARGS="--letters 100000")
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -m tests.benchmarks.report $(ARGS)

bench-share: setup-dev ## What the share kit costs, beside plain rectangles (ARGS="--rounds 5")
	@$(BIN)/python -m tests.benchmarks.share $(ARGS)

bench-folder: setup-dev ## What the printed folder costs
	@$(BIN)/python -m tests.benchmarks.folder $(ARGS)

bench-scale: setup-dev ## How sending grows with workers, and a worker's memory up to a million letters (long)
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -m tests.benchmarks.scale $(ARGS)

bench-failover: setup-dev ## How long no letter leaves when database or broker go away and come back (needs root)
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -m tests.benchmarks.failover $(ARGS)

pictures: setup-dev ## Draw the pictures of the guides anew (needs Chromium)
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -m tests.browser.pictures $(ARGS)

check: setup-dev ## Lint, types, walls between rooms, templates, migrations, translations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy config kampanj ung
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint templates --lint --quiet
	@$(CHECK_MANAGE) check --fail-level WARNING
	@$(CHECK_MANAGE) makemigrations --check --dry-run
	@$(CHECK_MANAGE) catalog --check
	@$(BIN)/python .ci/audit

audit: setup-dev ## Known vulnerabilities in the locked packages (ARGS=--strict: fail where nobody can be asked)
	@$(BIN)/python .ci/audit $(ARGS)

sbom: setup-dev ## What an installation consists of, as CycloneDX (sbom.json)
	@$(BIN)/python -m cyclonedx_py requirements requirements.txt --output-format JSON --output-file sbom.json

format: setup-dev ## Put the Python sources into the house's form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

migrations: setup-dev ## Write the migrations that changed models need
	@DJANGO_SETTINGS_MODULE=config.settings.dev $(BIN)/python manage.py makemigrations

catalog: setup-dev ## Bring the catalogs in line with the sources
	@$(CHECK_MANAGE) catalog --update

lock: setup-dev ## Choose versions anew within pyproject.toml's limits
	@$(PIP) uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml --output-file requirements.txt
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --group dev \
		--constraint requirements.txt pyproject.toml --output-file requirements-dev.txt

# --- Stamps: the second time is at once ------------------------------------------------------------------------------

$(VENV)/.python:
	@chosen=""; for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
		if "$$python" -c '$(SUITS)' 2>/dev/null; then chosen="$$python"; break; fi; done; \
	if [ -z "$$chosen" ]; then \
		echo "Python 3.11 or newer with venv is needed (Debian, Ubuntu: apt-get install python3-venv), or name one: make setup PYTHON=/path/to/python3." >&2; \
		exit 1; \
	fi; \
	$(BIN)/python -m pip --version >/dev/null 2>&1 || "$$chosen" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.txt | $(VENV)/.python
	@echo "Installing the packages (a minute or two the first time) …"
	@$(PIP) --require-hashes --requirement requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt | $(VENV)/.runtime
	@echo "Installing what tests and checks need …"
	@$(PIP) --require-hashes --requirement requirements-dev.txt
	@touch $@

locale/%/LC_MESSAGES/django.mo: locale/%/LC_MESSAGES/django.po | $(VENV)/.runtime
	@$(BIN)/python -m config.translations
