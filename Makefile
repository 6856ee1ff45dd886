# `make help` lists the targets. `make site` and `make test` need Python 3.11 or newer, make and git; they install the
# rest.

VENV := .venv
PYTHON := $(VENV)/bin/python
SYSTEM_PYTHON ?= $(shell scripts/find-python)
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet
PIP_COMPILE := $(VENV)/bin/pip-compile --quiet --upgrade --generate-hashes \
	--no-emit-index-url --no-emit-find-links --strip-extras
SITE_READY := $(VENV)/.site-ready
COMPILED := $(VENV)/.compiled
DEV_READY := $(VENV)/.dev-ready
BENCH_READY := $(VENV)/.bench-ready
STORAGE_READY := .storage/.ready
GUIDED_READY := .guided/.ready
ADVISORIES_READY := .advisories/.ready
NODE_READY := node_modules/.package-lock.json
CATALOGUES := $(wildcard almanac/core/catalogues/*.po themes/*/messages/*.po)
# More workers than cores: half of the tests wait for a browser or another program.
WORKERS := -n 4 --dist worksteal
ARGS ?=

.PHONY: site cards serve check hooks editor guide views manual test test-long kills publish-kills flips edits fuzz
.PHONY: pictures audit bench bench-quick bench-visitor growth load uploads lint tools lunar-table lock
.PHONY: siege same-bytes pip-audit npm-audit dist clean help

help: ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

site: $(COMPILED) ## Builds output/
	$(PYTHON) site.py build $(ARGS)

cards: $(SITE_READY) ## Installs what typesets cards, posters and sheets to print
	$(PIP) install --require-hashes -r requirements/cards.txt

serve: $(COMPILED) ## Shows the site on this machine and builds it again at every change
	$(PYTHON) site.py serve $(ARGS)

check: $(COMPILED) ## Shows every problem of the content
	$(PYTHON) site.py check $(ARGS)

hooks: ## Checks the content before every commit in this clone
	git config core.hooksPath .githooks

editor: $(SITE_READY) ## Writes the snippets and the schema for VS Code, after a declaration has changed
	$(PYTHON) site.py schema config > .vscode/config.schema.json
	for kind in events venues organisers programmes themes forms plans pages holidays; do \
		$(PYTHON) site.py schema $$kind --format snippets > .vscode/$$kind.code-snippets; done

guide: $(COMPILED) ## Writes the table of keys of the staff guide, after a registry has changed
	$(PYTHON) site.py names > docs/codes.zh-CN.md

views: $(COMPILED) ## Writes the reference of what templates show, after a view has changed
	$(PYTHON) -m scripts.make_view_reference

manual: $(COMPILED) ## Builds the manual from docs/ into output-manual/
	$(PYTHON) -m scripts.make_manual $(ARGS)

test: $(DEV_READY) $(COMPILED) $(STORAGE_READY) tools $(NODE_READY) ## Runs the tests
	$(PYTHON) -m pytest $(WORKERS) -m "not long" $(ARGS)

test-long: $(DEV_READY) $(COMPILED) $(STORAGE_READY) tools $(NODE_READY) ## Runs whole what `make test` samples
	$(PYTHON) -m pytest $(WORKERS) -m long --timeout 1800 $(ARGS)

kills: $(DEV_READY) $(COMPILED) ## Kills 500 builds and looks at what each leaves
	PYTHONPATH=.:tests $(PYTHON) tests/kills.py $(ARGS)

publish-kills: $(DEV_READY) $(COMPILED) $(STORAGE_READY) ## Kills 200 uploads and looks at what visitors find after each
	PYTHONPATH=.:tests $(PYTHON) tests/publish_kills.py $(ARGS)

flips: $(DEV_READY) $(COMPILED) ## Flips 2,000 bits of the cache and looks at the build after each
	PYTHONPATH=.:tests $(PYTHON) tests/flips.py $(ARGS)

edits: $(DEV_READY) $(COMPILED) ## Draws SEQUENCES (100) of edits and compares each outcome with a clean build
	SEQUENCES=$(or $(SEQUENCES),100) $(PYTHON) -m pytest --timeout 0 tests/test_any_edits.py $(ARGS)

fuzz: $(DEV_READY) $(COMPILED) $(GUIDED_READY) ## Makes up hostile input, caches and addresses for SECONDS (60) and fails if any hangs or breaks something
	PYTHONPATH=.:tests:$(dir $(GUIDED_READY)) $(PYTHON) -m fuzzing $(or $(SECONDS),60)

siege: $(DEV_READY) $(COMPILED) ## Attacks `serve` for SECONDS (30) while content changes, and measures a visitor's waits
	PYTHONPATH=.:tests $(PYTHON) tests/siege.py $(or $(SECONDS),30)

same-bytes: $(DEV_READY) ## Builds the last commit with two of PYTHONS, as on two machines, and compares every byte
	PYTHONPATH=.:tests $(PYTHON) tests/same_bytes.py $(or $(PYTHONS),python3.14 python3.13 python3.12 python3.11)

pip-audit: $(ADVISORIES_READY) ## Asks the advisory database of PyPI about every pinned package
	@scripts/ask-advisories PyPI $(dir $(ADVISORIES_READY))bin/pip-audit --strict --require-hashes --disable-pip \
		--progress-spinner off $(foreach file,$(wildcard requirements/*.txt),-r $(file))

npm-audit: package-lock.json .npmrc | tools ## Asks the advisory database of npm about every pinned package
	@scripts/ask-advisories npm npm audit

pictures: $(DEV_READY) tools ## Takes the pictures of the staff guide again
	PYTHONPATH=.:tests $(PYTHON) tests/pictures.py

audit: $(DEV_READY) tools $(NODE_READY) ## Audits the built site with Lighthouse, as a phone
	PYTHONPATH=.:tests $(PYTHON) tests/audit.py

bench: $(BENCH_READY) $(COMPILED) ## Measures this generator and Hugo side by side; writes docs/performance.md
	$(PYTHON) -m bench --write $(ARGS)

bench-quick: $(BENCH_READY) $(COMPILED) ## Fails if building has become much slower, compared with Hugo
	$(PYTHON) -m bench --quick

bench-visitor: $(DEV_READY) tools ## Measures a site of 10,000 events in Chromium; writes docs/performance.md
	PYTHONPATH=.:tests $(PYTHON) -m bench.visitor --write $(ARGS)

growth: $(COMPILED) ## Measures what sites of EVENTS (700 10000 100000) take, and what grows faster than they do
	$(PYTHON) -m bench.growth $(EVENTS)

load: $(DEV_READY) $(COMPILED) tools ## Measures how many calendars and visitors one web server answers
	PYTHONPATH=.:tests $(PYTHON) -m bench.load $(ARGS)

uploads: $(DEV_READY) $(COMPILED) $(STORAGE_READY) tools ## Measures uploads of a site of 10,000 events to each kind of host
	PYTHONPATH=.:tests $(PYTHON) -m bench.uploads $(ARGS)

lint: $(DEV_READY) tools $(NODE_READY) ## Checks code, types, layers, templates, scripts and styles
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports --no-logo --no-cache
	$(PYTHON) -m djlint --lint --quiet themes tests/small_theme
	npx --no-install eslint --max-warnings 0 .

tools: ## Installs the programs that the tests need beyond Python, where they are missing
	@scripts/ensure-tools

$(VENV)/bin/python:
	@test -n "$(SYSTEM_PYTHON)" || { echo "Python 3.11 or newer is needed. / 需要 Python 3.11 或更高版本。" >&2; exit 1; }
	$(SYSTEM_PYTHON) -m venv $(VENV)

$(SITE_READY): requirements/site.txt | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/site.txt
	@touch $@

# Compiles the engine, as pip does with packages: where Python writes no bytecode, as in containers, each start would
# compile it again. Compiles the message catalogues too.
$(COMPILED): $(SITE_READY) $(shell find almanac -name '*.py') $(CATALOGUES) scripts/compile_messages.py
	@$(PYTHON) -m compileall -q almanac
	@$(PYTHON) -m scripts.compile_messages
	@touch $@

$(DEV_READY): requirements/dev.txt $(SITE_READY)
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# An object storage for tests, apart from the other libraries: it needs older ones.
$(STORAGE_READY): requirements/storage.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/storage.txt
	@touch $@

# What guides fuzzing by coverage, apart from the other libraries: there is none for the newest Pythons, and then fuzzing
# goes on without it, and says so.
$(GUIDED_READY): requirements/guided.txt $(DEV_READY)
	@mkdir -p $(@D)
	@if $(PIP) install --upgrade --only-binary :all: --target $(@D) --require-hashes -r requirements/guided.txt; then touch $@; \
		else echo "atheris cannot be installed for this Python: fuzzing goes on without it." >&2; fi

# What asks the advisory database, apart from the other libraries: so it can be newer than they allow.
$(ADVISORIES_READY): requirements/advisories.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/advisories.txt
	@touch $@

$(BENCH_READY): requirements/bench.txt $(SITE_READY)
	$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

$(NODE_READY): package.json package-lock.json .npmrc | tools
	npm ci --no-progress --loglevel=error
	@touch $@

dist: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)
dist: $(DEV_READY) ## Builds the package of a release into dist/, with its list of components and checksums
	rm -rf dist
	$(PYTHON) -m build --no-isolation .
	$(PYTHON) -m scripts.list_components dist
	cd dist && sha256sum almanac_kepu-* > SHA256SUMS

lunar-table: $(DEV_READY) ## Writes the table of the Chinese calendar, computed by lunar_python
	$(PYTHON) scripts/make_lunar_table.py

lock: $(DEV_READY) ## Chooses the newest versions of all dependencies and writes their hashes
	$(PIP_COMPILE) -o requirements/site.txt pyproject.toml
	$(PIP_COMPILE) -o requirements/cards.txt requirements/cards.in
	$(PIP_COMPILE) -o requirements/publish.txt requirements/publish.in
	$(PIP_COMPILE) -o requirements/compress.txt requirements/compress.in
	$(PIP_COMPILE) -o requirements/pictures.txt requirements/pictures.in
	$(PIP_COMPILE) --allow-unsafe -c requirements/site.txt -o requirements/dev.txt requirements/dev.in
	$(PIP_COMPILE) -o requirements/storage.txt requirements/storage.in
	$(PIP_COMPILE) -o requirements/guided.txt requirements/guided.in
	$(PIP_COMPILE) --allow-unsafe -o requirements/advisories.txt requirements/advisories.in
	$(PIP_COMPILE) -o requirements/bench.txt requirements/bench.in
	npm update --no-progress

clean: ## Removes everything that these targets have made
	rm -rf $(VENV) .storage .guided .advisories .almanac .almanac-manual .manual output output-manual dist node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -f almanac/core/catalogues/*.mo themes/*/messages/*.mo
