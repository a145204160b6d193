"""Vectors in arrays are what they were as dictionaries."""

import numpy as np
import pytest

from screening.linear_model.vector_rows import VectorRows

VECTORS = [{"先": 0.5, "交": 0.25}, {}, {"押": 1.0, "先": 0.125}, {"金": 2.0}]


def list_rows(matrix, ngrams):
    return [
        {ngrams[column]: row[column] for column in np.flatnonzero(row)} for row in matrix.toarray()
    ]


@pytest.mark.parametrize(
    ("rows", "ngrams"),
    [
        (None, ["先", "交", "押", "金"]),
        ([2, 0], ["押", "先", "交"]),
        ([3, 1, 3], ["金"]),
        ([0, 2], ["先", "交", "押"]),
    ],
)
def test_chosen_rows_name_their_runs_in_the_order_of_the_rows(rows, ngrams):
    matrix, named = VectorRows(VECTORS).build_matrix(rows)
    assert named == ngrams
    assert list_rows(matrix, named) == [VECTORS[row] for row in rows or range(len(VECTORS))]


def test_a_row_weighs_what_its_runs_weigh():
    rows = VectorRows(VECTORS[:2])
    rows.append(VECTORS[2])
    assert len(rows) == 3
    assert rows.weigh({"先": 4, "押": -1}).tolist() == [2.0, 0.0, -0.5]
