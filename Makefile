# Weerzien. `make night` and `make test` need Python 3.11, 3.12 or 3.13 and make, nothing else.
# Everything is installed into .venv/ from requirements.lock; after that no target uses a network.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Shims of version managers may exist and not work, so a candidate has to run and to bring venv with pip.
FIND_PYTHON = for candidate in python3.13 python3.12 python3.11 python3; do \
	  $$candidate -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 \
	    && { echo $$candidate; break; }; \
	done

.PHONY: night test shuffled check airflow bench spark browser sources lineage rehearsal screenshots audit lock help

night: $(READY) ## run one whole night: the configured exports, or sample exports in a new installation
	@$(BIN)/weerzien night

test: $(READY) ## run the tests
	@$(BIN)/python -m pytest -n logical --dist loadfile

SEED = 1
SHUFFLE = import pathlib, random, sys; tests = sorted(map(str, pathlib.Path("tests").rglob("test_*.py"))); \
	random.Random(int(sys.argv[1])).shuffle(tests); print(*tests)

shuffled: $(READY) ## run the tests with their files in another order (SEED=1): none may need another one before it
	@$(BIN)/python -m pytest -n logical --dist loadfile --no-loadscope-reorder $$($(BIN)/python -c '$(SHUFFLE)' $(SEED))

check: $(READY) ## formatting, lint, types and the borders between the rooms
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

airflow: $(READY) ## start Airflow on 127.0.0.1 with the nightly DAG (paused)
	@$(BIN)/python -m dags.airflow_home

bench: $(READY) ## measure a night on larger samples
	@$(BIN)/python -m benchmarks

spark: $(READY) ## install the extra spark and run its tests (needs Java 17)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock
	@$(BIN)/python -m pytest -m spark tests/linkage

browser: $(READY) ## install the extra browser and run the page's tests in it (needs a Chromium)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.lock
	@$(BIN)/python -m pytest -m browser -n logical --dist loadfile tests/monitoring/web/browser

sources: $(READY) ## install the extra sftp and try places on real servers (needs Debian's openssh-server)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-sources.lock
	@$(BIN)/python -m pytest -m sources tests/sources

lineage: $(READY) ## install the extras lineage and statsd and run a night with both on
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-lineage.lock
	@$(BIN)/python -m pytest -m lineage tests/lineage

rehearsal: ## install for production on an empty Debian in a folder and run a night there (root, mmdebstrap, systemd-container)
	@deploy/rehearse

screenshots: $(READY) ## pictures of every page into screenshots/ (needs a Chromium)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.lock
	@$(BIN)/python -m benchmarks.screenshots screenshots

audit: ## compare the locks with known advisories (needs uv and a network; by hand, see docs/security.md)
	@for lock in requirements*.lock; do echo $$lock; uvx pip-audit --require-hashes --disable-pip -r $$lock || exit 1; done

lock: ## renew requirements.lock (needs uv and a network; the lock holds names, versions and hashes only)
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --upgrade --group dev pyproject.toml -o requirements.lock
	grep -o '^spark = \["[^"]*"' pyproject.toml | cut -d'"' -f2 | UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile \
	  --quiet --universal --python-version 3.11 --generate-hashes --upgrade -c requirements.lock - -o requirements-spark.lock
	grep -o '^browser = \[[^]]*' pyproject.toml | cut -d'[' -f2 | tr -d '", ' | sed 's/axe/\naxe/' \
	  | UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --upgrade - -o requirements-browser.lock
	grep -E -o '^(sftp|sources) = \[[^]]*' pyproject.toml | cut -d'[' -f2 | tr -d '" ' | tr ',' '\n' \
	  | sed 's/$$/ ; python_version < "3.14"/' | UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile \
	  --quiet --universal --python-version 3.11 --generate-hashes --upgrade -c requirements.lock - -o requirements-sources.lock
	grep -E -o '^(lineage|statsd) = \[[^]]*' pyproject.toml | cut -d'[' -f2 | tr -d '" ' | tr ',' '\n' \
	  | sed 's/$$/ ; python_version < "3.14"/' | UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile \
	  --quiet --universal --python-version 3.11 --generate-hashes --upgrade -c requirements.lock - -o requirements-lineage.lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamp is written last: a set-up that was broken off is done again from the start.
$(READY): requirements.lock pyproject.toml
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
	  echo "make: no Python 3.11, 3.12 or 3.13 with venv on the PATH; install one (Debian: python3 and python3-venv)" >&2; exit 1; \
	fi; \
	rm -f $@; \
	echo "Setting up $(VENV) with $$python ..."; \
	$$python -m venv --clear $(VENV) && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . && \
	touch $@
