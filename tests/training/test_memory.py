"""La cuenta de la memoria: la de un tensor conocido, con su pico y lo que queda."""

import torch

from course_utils import training


def test_it_counts_the_peak_and_what_stays():
    kept = []

    def work():
        passing = torch.zeros(1000)
        kept.append(torch.zeros(500))
        del passing

    taken = training.allocated(work)
    assert (max(taken), taken[-1]) == (6000, 2000)


def test_nothing_taken_is_nothing():
    assert max(training.allocated(lambda: None)) == 0
