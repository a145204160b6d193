# make run | code | test | test-full | faults | planted-faults | lint | format | bench | cluster | failover | deploy-trial | stop | clean
# Names are relative and without spaces, so that the checkout itself may lie anywhere.

.DEFAULT_GOAL := help
.PHONY: help run port code test run-tests test-full faults planted-faults lint format bench cluster failover deploy-trial stop clean browser

PY := .venv/bin/python
HAS_TOOLS := .venv/.requirements-dev
HAS_SITE := .venv/.requirements

help:
	@echo "make run     the site with demo data, on HOST (127.0.0.1) and PORT (8000)"
	@echo "make code    the six digits that the demo's staff sign in with, besides the password"
	@echo "make test    linters and the tests of each day, those in a browser included"
	@echo "             ARGS=listings for tests/listings alone, or what else pytest takes"
	@echo "make test-full  and the tests that try every combination, for the night"
	@echo "make faults  kill, cut, fill and freeze what a real site runs on, and count what it survives;"
	@echo "             ARGS=NAME for one fault or group, ARGS=--list says which there are"
	@echo "make planted-faults  small faults in the code, planted one by one, that the tests must notice"
	@echo "make lint    linters only; make format lets them repair what they can"
	@echo "make bench   speed against its budgets, in a database of its own; ARGS=--quick for three minutes of it"
	@echo "make cluster  two nodes with all of docs/scaling.md, and the replica killed in the middle"
	@echo "make failover  three database machines and two web machines, killed and cut off one by one (root, Debian)"
	@echo "make deploy-trial  the files of deploy/ from nothing: served, upgraded under load, taken back (Debian)"
	@echo "make stop    stop the embedded database, whoever uses it"
	@echo "make clean   remove what was built; var/ with the data stays"

run: port $(HAS_SITE)
	@exec $(PY) -m tools.runsite

# Before minutes of packages; without any Python the making of .venv tells so.
port:
	@if command -v python3 >/dev/null; then python3 tools/ports.py; fi

code: $(HAS_SITE)
	@[ -e var/secret_key ] || { echo "There is no demo here yet: make run makes it." >&2; exit 1; }
	@$(PY) manage.py demo_code

# A process more than cores, since tests of the browser and of other processes wait; four at most. Files are kept
# together, see tests/running_order.py for their order.
PROCESSES := $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 4 ? cores + 1 : 4)))
PYTEST := $(PY) -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder --durations 15

test: lint run-tests

# Beside the linters where make may do several things at a time (.ci/run).
run-tests: $(HAS_TOOLS) browser
	$(PYTEST) $(ARGS)

test-full: $(HAS_TOOLS) lint browser
	$(PYTEST) -m "full or not full" $(ARGS)

faults: $(HAS_TOOLS)
	$(PY) -m tools.faults $(ARGS)

planted-faults: $(HAS_TOOLS)
	$(PY) -m tools.planted_faults $(ARGS)

lint: $(HAS_TOOLS)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint templates --lint --quiet
	DEBUG=1 $(PY) manage.py makemigrations --check --dry-run --verbosity 0
	DEBUG=1 $(PY) -m mypy

format: $(HAS_TOOLS)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(HAS_SITE)
	DEBUG=1 $(PY) manage.py bench $(ARGS)

cluster: $(HAS_TOOLS)
	DEBUG=1 $(PY) manage.py cluster $(ARGS)

failover: $(HAS_TOOLS)
	DEBUG=1 $(PY) manage.py failover $(ARGS)

deploy-trial: $(HAS_TOOLS)
	FORMER=$(FORMER) $(PY) -m pytest -m full $(or $(ARGS),tests/deploy)

stop:
	@if [ -x $(PY) ]; then $(PY) -m tools.embedded_pg stop && \
		$(PY) -m tools.embedded_pg stop var/tests >/dev/null; else echo "was not running"; fi

clean: stop
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

browser:
	@bash .ci/browser

# A stamp is written only after all went well; without network a fresh stamp needs nothing.
$(HAS_SITE): requirements.txt
	@bash .ci/packages $@ $^

$(HAS_TOOLS): requirements-dev.txt requirements-train.txt requirements-scale.txt $(HAS_SITE)
	@bash .ci/packages $@ $^
