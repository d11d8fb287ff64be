# On a fresh machine with Python 3.11 or newer and make: `make demo` and `make test`.
# Everything is kept in the checkout: .venv (tools and an editable install) and .venv-wheel (the
# built wheel, for the tests). Stamp files make a second call quick.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test test-lowest test-newest coverage format lint types docs site pictures wheel release-check claims claims-full clean

VENV := .venv
WHEEL_VENV := .venv-wheel
RELEASE := build/release-check
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PARTS := sim models envs experiments

# Processes that pytest runs side by side, each a file at a time (a file's fixtures are made once),
# and further arguments for it.
JOBS ?= 2
PYTEST_ARGS ?=

# The first Python that is new enough and can make an environment; 3.11 is the one that is tested.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

SOURCES := $(shell find $(PARTS) -type f -not -path '*/__pycache__/*' -not -name '.*')

help: ## show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) \
		| while IFS='|' read -r target text; do printf '  make %-11s %s\n' "$$target" "$$text"; done

demo: $(VENV)/.installed ## install, run the quick-start experiment, say where its report is
	$(BIN)/retrowalk run quick-start --out runs/quick-start --resume
	@echo "Open the report in a browser: file://$(CURDIR)/runs/quick-start/report.html"

test: lint types site $(WHEEL_VENV)/.installed ## install, run every check that CI runs (tests use the built wheel)
	cd tests && RETROWALK_TEST_WHEEL="$$(ls "$(CURDIR)"/dist/*.whl)" \
		"$(CURDIR)/$(WHEEL_VENV)/bin/python" -P -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

coverage: $(VENV)/.developing ## run the tests on the checkout and say which lines they reach (slower)
	cd tests && "$(CURDIR)/$(BIN)/python" -P -m pytest -n $(JOBS) --dist loadfile \
		--cov --cov-config="$(CURDIR)/pyproject.toml" --cov-report=term:skip-covered $(PYTEST_ARGS)

# Digests of results, pins and start-up times belong to the pinned versions.
OTHER_VERSIONS := --ignore=regression --ignore=packaging

test-lowest: dist/.built ## run the tests with the lowest versions that pyproject.toml allows
	$(MAKE) RESOLUTION=lowest-direct OTHER=.venv-lowest test-versions

test-newest: dist/.built ## run the tests with the newest versions that pyproject.toml allows
	$(MAKE) RESOLUTION=highest OTHER=.venv-newest test-versions

test-versions:
	rm -rf $(OTHER)
	$(BIN)/uv venv --quiet --python "$$(readlink -f $(BIN)/python)" $(OTHER)
	$(PIP) --python $(OTHER)/bin/python install --quiet "torch==2.13.0"
	$(BIN)/uv pip install --quiet --python $(OTHER)/bin/python --resolution $(RESOLUTION) \
		-r pyproject.toml --all-extras "torch==2.13.0"
	$(BIN)/uv pip install --quiet --python $(OTHER)/bin/python --no-deps dist/*.whl
	cd tests && "$(CURDIR)/$(OTHER)/bin/python" -P -m pytest -n $(JOBS) --dist loadfile \
		$(OTHER_VERSIONS) $(PYTEST_ARGS)

format: $(VENV)/.developing ## rewrite the code in the project's format
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint: $(VENV)/.developing ## check format, style and spelling
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/typos

types: $(VENV)/.developing ## check types
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/python -P tests/architecture/strict_types.py

docs: $(VENV)/.developing ## write the pages of docs/ that are generated from the code
	$(BIN)/python -P docs/make/generate.py

site: $(VENV)/.developing ## build the documents as a site in site/, and look for broken links
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	$(BIN)/python -P docs/make/check_site.py site

claims: $(VENV)/.developing ## run the experiments of all claims and write their pages (half an hour of one core)
	for name in $$($(BIN)/python -m retrowalk.experiments.claims names); do \
		$(BIN)/retrowalk run $$name --out runs/$$name --resume --no-open || exit 1; done
	$(BIN)/python -m retrowalk.experiments.claims collect runs
	$(BIN)/python -m retrowalk.experiments.claims write

claims-full: $(VENV)/.developing ## ask the claims of every controller that can walk them, at full size; resumable (hours)
	set -f; $(BIN)/python -m retrowalk.experiments.claims full | while read -r folder arguments; do \
		$(BIN)/retrowalk run $$arguments --out runs/$$folder --resume --no-open || exit 1; done
	$(BIN)/python -m retrowalk.experiments.claims collect-full runs
	$(BIN)/python -m retrowalk.experiments.claims collect runs/more-walks
	$(BIN)/python -m retrowalk.experiments.claims write

pictures: $(VENV)/.developing ## make the pictures of README and docs/ from the shipped gaits (minutes)
	$(BIN)/python -P docs/make/pictures.py

wheel: dist/.built ## build the source archive and, from it, the wheel

# As a user gets it: no extra, no checkout. The versions are the tested ones.
release-check: dist/.built ## check the archives' metadata, install the wheel alone and run the demo from it
	$(BIN)/uvx --quiet twine check --strict dist/*.whl dist/*.tar.gz
	rm -rf $(RELEASE)
	$(BIN)/uv venv --quiet --python "$$(readlink -f $(BIN)/python)" $(RELEASE)/venv
	$(BIN)/uv pip install --quiet --python $(RELEASE)/venv/bin/python -c constraints.txt dist/*.whl
	cd $(RELEASE) && venv/bin/retrowalk --version && venv/bin/retrowalk run quick-start \
		--set trials=2 --set duration_s=10 --out run --no-open
	test -s $(RELEASE)/run/report.html

clean: ## remove environments, builds and caches (runs/ stays)
	rm -rf $(VENV) $(WHEEL_VENV) .venv-lowest .venv-newest build dist site retrowalk.egg-info
	rm -rf .pytest_cache .ruff_cache .hypothesis tests/.hypothesis
	find $(PARTS) tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "Python 3.11 or newer with its venv module is needed (Debian: apt-get install python3-venv)"; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)

# What a user needs: the base install.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV) (a minute or two the first time)"
	$(PIP) install --quiet -c constraints.txt -e .
	touch $@

# What a developer needs: the extras too, and the view of the code that the type checker reads: the
# folders under their import name, retrowalk.
$(VENV)/.developing: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV), with the extras (a minute or two the first time)"
	$(PIP) install --quiet -c constraints.txt -e '.[dev,rl,cluster,solve,video,bodies,c3d]'
	mkdir -p $(VENV)/namespace/retrowalk
	for part in $(PARTS); do ln -sfn ../../../$$part $(VENV)/namespace/retrowalk/$$part; done
	ln -sfn ../../../experiments/api/__init__.py $(VENV)/namespace/retrowalk/__init__.py
	ln -sfn ../../../experiments/api/py.typed $(VENV)/namespace/retrowalk/py.typed
	touch $(VENV)/.installed $@

# The wheel is built from the source archive, so that archive is known to be complete.
dist/.built: $(SOURCES) pyproject.toml MANIFEST.in README.md LICENSE $(VENV)/.developing
	rm -rf dist
	@echo "Building the source archive and the wheel into dist"
	@log="$$($(BIN)/python -m build --no-isolation --outdir dist . 2>&1)" || { echo "$$log"; exit 1; }
	touch $@

# The wheel alone in an environment of its own; third-party packages are read from .venv, whose own
# (editable) retrowalk stays invisible because a path file inside a path file's folder is not read.
$(WHEEL_VENV)/.installed: dist/.built
	rm -rf $(WHEEL_VENV)
	$(BIN)/python -m venv --without-pip $(WHEEL_VENV)
	$(PIP) --python $(WHEEL_VENV)/bin/python install --quiet --no-deps dist/*.whl
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> "$$($(WHEEL_VENV)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/dependencies.pth"
	touch $@
