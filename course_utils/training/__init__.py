"""Entrenar: un bucle que entrega sus pasos uno a uno, con calentamiento y descenso de la tasa de aprendizaje y puntos de control."""

from course_utils.evaluation import UNSCORED
from course_utils.training.checkpoints import restore, save
from course_utils.training.loop import TrainingStep, train
from course_utils.training.memory import allocated
from course_utils.training.packing import Batch, pack
from course_utils.training.recipe import Recipe, optimizers_for, rate

__all__ = ["UNSCORED", "Batch", "Recipe", "TrainingStep", "allocated", "optimizers_for", "pack", "rate", "restore", "save", "train"]
