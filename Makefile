# Each target is one command from a fresh clone; what it needs it installs or names.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
ARGS ?=
BIN := .venv/bin/python
HERE := $(BIN) -m ops
export PORT
.PHONY: run test check bench css messages lock reset

run:       ## the house with demo data; PORT=8001 make run
	@$(PYTHON) -m ops.bootstrap run && exec $(HERE).run

test:      ## everything; a part of it: make test ARGS="tests/catalogue -x"
	@$(PYTHON) -m ops.bootstrap test && exec $(HERE).suite $(ARGS)

check:     ## format, lint, types, imports, migrations, translations, generated files, settings
	@$(PYTHON) -m ops.bootstrap test && exec $(HERE).check

bench:     ## our times beside their floors, in one run; writes docs/benchmarks.md
	@$(PYTHON) -m ops.bootstrap test && exec $(HERE).test -- $(BIN) -m tests.bench $(ARGS)

css:       ## static/css/nullaosta.css and its company, from frontend/ (needs Node)
	@$(PYTHON) -m ops.bootstrap test && exec $(HERE).frontend build

messages:  ## collects what is to translate into locale/, compiles what is translated
	@$(PYTHON) -m ops.bootstrap test && exec $(HERE).services run -- $(HERE).translations compile

lock:      ## requirements*.txt from pyproject.toml
	@$(PYTHON) -m ops.bootstrap test
	@.venv/bin/uv pip compile -q pyproject.toml --universal --generate-hashes --no-emit-index-url -o requirements.txt
	@.venv/bin/uv pip compile -q pyproject.toml --universal --group dev --generate-hashes --no-emit-index-url -o requirements-dev.txt
	@$(PYTHON) -m ops.bootstrap test

reset:     ## empties var/; asks first, FORCE=1 make reset does not
	@$(PYTHON) -m ops.bootstrap run && exec $(HERE).reset
