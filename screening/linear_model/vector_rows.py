"""The vectors of many texts in two arrays; a dictionary for each text would take ten times as much memory."""

from array import array
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix


class VectorRows:
    """Each vector, a value by run, is a row."""

    def __init__(self, vectors: Iterable[Mapping[str, float]] = ()) -> None:
        self._numbers: dict[str, int] = {}
        self._columns, self._values, self._ends = array("i"), array("d"), array("q", [0])
        for vector in vectors:
            self.append(vector)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, vector: Mapping[str, float]) -> None:
        numbers = self._numbers
        self._columns.extend([numbers.setdefault(ngram, len(numbers)) for ngram in vector])
        self._values.extend(vector.values())
        self._ends.append(len(self._columns))

    def build_matrix(self, rows: Sequence[int] | None = None) -> tuple[csr_matrix, list[str]]:
        """Return these rows, or all, and the run that each column belongs to, in the order in which the rows
        name them: the same texts give the same matrix, whatever else is kept here."""
        ends = np.frombuffer(self._ends, np.int64)
        columns = np.frombuffer(self._columns, np.int32)
        values, ngrams = np.frombuffer(self._values, float), list(self._numbers)
        if rows is not None:
            chosen = np.asarray(rows, np.int64)
            counts = ends[chosen + 1] - ends[chosen]
            behind = np.cumsum(counts)
            entries = np.repeat(ends[chosen] - behind + counts, counts) + np.arange(behind[-1])
            columns, values = columns[entries], values[entries]
            ends = np.concatenate([[0], behind])
            firsts = np.full(len(ngrams), len(columns))
            firsts[columns[::-1]] = np.arange(len(columns))[::-1]  # of several the last one stays
            named = np.argsort(firsts, kind="stable")[: np.count_nonzero(firsts < len(columns))]
            places = np.empty(len(ngrams), np.int32)
            places[named] = np.arange(len(named))
            columns, ngrams = places[columns], [ngrams[number] for number in named]
        # LinearSVC takes no indices longer than 32 bits.
        indices, ends = columns.astype(np.int32), ends.astype(np.int32)
        matrix = csr_matrix((values.copy(), indices, ends), shape=(len(ends) - 1, len(ngrams)))
        matrix.sort_indices()
        return matrix, ngrams

    def weigh(self, weights: Mapping[str, float]) -> np.ndarray:
        """Return the sum of each row, each value times the weight of its run."""
        of_runs = np.array([weights.get(ngram, 0) for ngram in self._numbers], float)
        columns = np.frombuffer(self._columns, np.int32)
        ends = np.frombuffer(self._ends, np.int64).astype(np.int32)
        values = np.frombuffer(self._values, float)
        return csr_matrix((values, columns, ends), shape=(len(self), len(of_runs))) @ of_runs
