# Curso de modelos de lenguaje grandes. «make lab» abre el curso; «make test» pasa las pruebas; «make help» dice el resto.

VENV  := .venv
PY    := $(VENV)/bin/python
TORCH ?= torch==2.13.0
ARGS  ?=

export TORCH
ROOT_FLAG := $(shell test "`id -u`" = 0 && echo --allow-root)

.PHONY: help lab test figures models quality bench scripts colab notebooks lint clean

help:
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

$(VENV)/.listo: requirements.txt pyproject.toml tools/install.sh tools/finish_install.py
	@sh tools/install.sh requirements.txt && touch $@

$(VENV)/.listo-dev: $(VENV)/.listo requirements-dev.txt
	@sh tools/install.sh requirements-dev.txt && touch $@

lab: $(VENV)/.listo  ## abre el curso en JupyterLab (ARGS="--no-browser --port 9999" pasa opciones)
	@$(PY) -m jupyterlab $(ROOT_FLAG) --LabApp.default_url=/lab/tree/notebooks/00_indice.ipynb \
	  --ServerApp.kernel_websocket_connection_class=tools.prompt_connection.PromptConnection $(ARGS)

test: $(VENV)/.listo-dev  ## pruebas rápidas: unidades, higiene y cuadernos (ARGS="-k temperatura")
	@OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE $(PY) -m pytest tests notebooks --nbval-lax --nbval-current-env -n 2 --dist loadfile $(ARGS)

figures: $(VENV)/.listo-dev  ## dibuja las figuras que falten o estén viejas
	@$(PY) -m course_utils.figures $(ARGS)

models: $(VENV)/.listo-dev  ## vuelve a entrenar los modelos de bolsillo (horas); instruct, al final, porque sale de decoder
	@set -e; for name in decoder encoder translator in_context instruct; do $(PY) recipes/train_$$name.py $(ARGS); done

quality: $(VENV)/.listo-dev  ## mide los modelos con sus pesos y escribe la tabla en el README, en models/ y en docs/
	@$(PY) -m tools.quality $(ARGS) && $(PY) -m tools.facts

bench: $(VENV)/.listo-dev  ## mide y escribe en benchmarks/results/ y en docs/
	@$(PY) benchmarks/run.py $(ARGS) && $(PY) -m tools.facts

scripts: $(VENV)/.listo  ## exporta cada capítulo a build/scripts/ (ARGS=--echo escribe también los últimos valores)
	@$(PY) -m tools.export_scripts $(ARGS)

colab: $(VENV)/.listo  ## pone al día celda inicial, enlaces de Colab, índice (y lo ejecuta), tabla del README y docs/
	@$(PY) -m tools.stamp_notebooks && $(PY) -m tools.build_index && $(PY) -m tools.class_notes && $(PY) -m tools.facts

notebooks: $(VENV)/.listo-dev  ## ejecuta los cuadernos y guarda sus salidas (ARGS="notebooks/02*.ipynb")
	@$(PY) -m tools.run_notebooks $(ARGS)

lint: $(VENV)/.listo-dev  ## repasa el estilo del código
	@$(PY) -m ruff check . $(ARGS)

clean:  ## borra entorno, cachés y lo construido
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .hypothesis
