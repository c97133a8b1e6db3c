# Development tasks; `make` alone lists them. The first `make test` or `make check` prepares the machine.
#
#   PYTHON=python3.13 make test    chooses the interpreter; .venv is built anew when it changes

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
READY := $(VENV)/.ready-$(subst /,-,$(PYTHON))
DEMO_READY := $(VENV)/.ready-demo-$(subst /,-,$(PYTHON))
TRAINING := build/training/venv
RECIPES := pose classification action

# Two processes of tests more than there are cores, as many of them wait for something; four at most.
WORKERS := $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 2 ? 3 : 4)))

# Debian keeps mosquitto in /usr/sbin, which is not on the PATH of an ordinary user.
export PATH := $(PATH):/usr/local/sbin:/usr/sbin

# The tests start hundreds of processes; without compiled files each would compile all that it loads anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-system check format bench deb image image-test train train-smoke soak lock clean

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

demo: $(DEMO_READY) ## See the appliance at work with nothing attached (a minute); leaves a video in build/demo
	@$(RUN)/edge demo --output build/demo

test: $(READY) ## Run the tests; with COVERAGE=1, as in CI, line coverage of edge/ must reach 90 %
	@echo 'test: pytest over tests/$(if $(COVERAGE),; line coverage of edge/ must reach 90 %)'
	$(RUN)/python -m pytest --numprocesses=$(WORKERS) --dist=worksteal $(if $(COVERAGE),--cov --cov-fail-under=90)

test-system: $(READY) ## Test on whole systems (root; builds Debian roots once): cameras for real, other releases, the package on booted machines
	@scripts/test-system
	@scripts/test-lowest
	@scripts/test-booted

check: $(READY) ## Check formatting, lint, types and the floors between rooms
	@echo 'check: ruff format, ruff check, mypy --strict, import-linter; the first that complains stops the rest'
	$(RUN)/ruff format --check
	$(RUN)/ruff check
	$(RUN)/mypy
	$(RUN)/lint-imports

format: $(READY) ## Format the code and fix what ruff can fix
	$(RUN)/ruff format
	$(RUN)/ruff check --fix

bench: $(READY) ## Measure the pipeline, the starter models, the EdgeTPU's worker and the monitor on this machine; also writes build/bench*.json
	@mkdir -p build
	$(RUN)/python -m bench.pipeline --json build/bench.json
	$(RUN)/python -m bench.pipeline --tasks classification --json build/bench-classification.json
	$(RUN)/python -m bench.pipeline --tasks action --json build/bench-action.json
	$(RUN)/python -m bench.pipeline --tasks pose classification action --json build/bench-together.json
	$(RUN)/python -m bench.start
	$(RUN)/python -m bench.starter.speed --json build/bench-starter.json
	$(RUN)/python -m bench.edgetpu --json build/bench-edgetpu.json
	$(RUN)/python -m bench.monitor --json build/bench-monitor.json

deb: $(READY) ## Build the Debian packages into build/deb; OPTIONS='--suite trixie --arch arm64' builds it for others
	@deploy/package/build $(OPTIONS)

image: $(READY) ## Build the appliance's image for a card into build/image (root; ten minutes the first time)
	@deploy/image/build

image-test: $(READY) ## Build the image, boot it in emulated arm64 machines and test it from outside (root)
	@scripts/image-test $(OPTIONS)

train: $(TRAINING)/.ready ## Train the three starter models anew, into build/training (hours)
	@for recipe in $(RECIPES); do nice $(TRAINING)/bin/python -m models.training.$$recipe $(OPTIONS) || exit 1; done

train-smoke: $(TRAINING)/.ready ## Run the three training recipes on a tiny setting, to see that they run
	@for recipe in $(RECIPES); do $(TRAINING)/bin/python -m models.training.$$recipe --smoke || exit 1; done

soak: $(READY) ## Run the counted tests in full and write docs/reliability.md
	$(RUN)/python scripts/soak

lock: $(READY) ## Move development and package to the newest releases; write constraints.txt and the hashes of wheels
	$(RUN)/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable '.[dev]'
	@echo '# The releases development and the tests use; written by `make lock`.' > constraints.txt
	$(RUN)/python -m pip freeze --exclude-editable >> constraints.txt
	$(RUN)/python -m deploy.package.lock

clean: ## Remove the development environment, caches and build outputs
	rm -rf $(VENV) dist build .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(TRAINING)/.ready: pyproject.toml constraints.txt models/training/requirements.txt
	$(PYTHON) -m venv $(TRAINING)
	$(TRAINING)/bin/python -m pip install --quiet --constraint constraints.txt \
		--requirement models/training/requirements.txt --editable '.[desktop]'
	@touch $@

# What is ready for development is ready for the demo, too.
$(READY): pyproject.toml constraints.txt scripts/setup
	@scripts/setup $(PYTHON) $(VENV) dev
	@touch $@ $(DEMO_READY)

$(DEMO_READY): pyproject.toml constraints.txt scripts/setup
	@scripts/setup $(PYTHON) $(VENV) demo
	@touch $@
