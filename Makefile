# `make demo` and `make test` are all a newcomer needs; both set up first.
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TRAIN := $(VENV)/.installed-to-train
PACKED := mien/app/packed/built.json

.PHONY: demo test check install page wheel format lint types layers docs bench clean
.NOTPARALLEL:

demo: $(TRAIN) page       ## drawn faces -> an honest report and one model file under runs/demo/
	$(BIN)/mien demo

# Each worker has a core of its own: a second thread of BLAS or OpenMP would only turn in circles, waiting for the first,
# which took half of what it costs to fit a probe.
test: install            ## every test
	@sh .ci/page $(VENV) must
	@sh .ci/chromium >/dev/null
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

check: format lint types layers docs test   ## all that CI asks

install: $(STAMP)        ## .venv with everything, at the versions in constraints.txt

$(STAMP): pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" sh .ci/venv $(VENV) '.[dev]'
	@touch $(TRAIN) $(STAMP)

$(TRAIN): pyproject.toml constraints.txt  # all that a user needs, without what only tests need
	@PYTHON="$(PYTHON)" sh .ci/venv $(VENV) '.[train]'
	@touch $(TRAIN)

page: $(PACKED)          ## the runtime with which the page answers on the visitor's device

$(PACKED): app/package.json app/package-lock.json app/build.mjs
	@sh .ci/page $(VENV)

wheel: install           ## dist/mien-*.whl, with the page's runtime inside
	@sh .ci/page $(VENV) must
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

format: install          ## is the code formatted?
	$(BIN)/ruff format --check .

lint: install
	$(BIN)/ruff check .

types: install
	$(BIN)/mypy

layers: install          ## do imports point down only?
	$(BIN)/lint-imports

docs: install            ## is the generated CLI page up to date?
	$(BIN)/python docs/make_cli.py --check

bench: install           ## measure every claim anew: make bench DATA=folder
	$(BIN)/python bench/all.py $(DATA)

clean:                   ## remove the environment; runs and data stay
	rm -rf $(VENV)
