"""The numbers of a model as arrays, and packed into few bytes, as it ships and as the row of a refitted model
holds it.

Weights are kept as whole numbers from -127 to 127, finer near nothing (the sign and the root of their
share of the largest); that changes scores by some hundredths. Runs stand as columns of characters in
their order, whose differences are small.
"""

import io
import json
import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from textkit.ngrams.ngram_codes import encode_characters, encode_ngrams

SCALE = 1000  # weights and rarities of a content are whole thousandths
FRAUD, FORBIDDEN = "fraud", "forbidden"
WHOLE, WINDOW = "whole", "window"
PARTS = ((FRAUD, WHOLE), (FRAUD, WINDOW), (FORBIDDEN, WHOLE), (FORBIDDEN, WINDOW))
LONGEST_NGRAM = 3
STEPS = 127


@dataclass(frozen=True)
class ModelArrays:
    """`codes` are those of `encode_ngrams`, ascending; `rarity` and the rows of `weights` (a column for each
    of `PARTS`) belong to them. `kind_rows`, `kind_columns` and `kind_weights` say which run speaks for
    which kind; `kinds` has their biases in order."""

    ngrams: np.ndarray  # a row of character codes for each, filled with 0 in front
    rarity: np.ndarray
    weights: np.ndarray
    biases: np.ndarray
    kinds: Mapping[str, float]
    kind_rows: np.ndarray
    kind_columns: np.ndarray
    kind_weights: np.ndarray
    combination: Mapping[str, Mapping[str, float]]

    @property
    def codes(self) -> np.ndarray:
        texts = self.ngrams.astype("<u4").tobytes().decode("utf-32-le")
        return encode_ngrams(encode_characters(texts))[LONGEST_NGRAM - 1][::LONGEST_NGRAM]

    @classmethod
    def make(cls, content: Mapping[str, Any]) -> Self:
        """`content` is as `screening.linear_model.training` makes it."""
        padded = sorted(ngram.rjust(LONGEST_NGRAM, "\0") for ngram in content["rarity"])
        names = [ngram.lstrip("\0") for ngram in padded]
        rows = {ngram: row for row, ngram in enumerate(names)}
        parts = [content[subject][piece] for subject, piece in PARTS]
        of_kinds = [
            (rows[ngram], column, weight)
            for column, part in enumerate(content["kinds"].values())
            for ngram, weight in part["weights"].items()
        ]
        kind_rows, kind_columns, kind_weights = np.array(of_kinds or np.zeros((0, 3))).T
        codes = np.frombuffer("".join(padded).encode("utf-32-le"), "<u4")
        return cls(
            ngrams=codes.reshape(-1, LONGEST_NGRAM),
            rarity=np.array([content["rarity"][name] for name in names]) / SCALE,
            weights=np.array([[part["weights"].get(n, 0) for part in parts] for n in names])
            / SCALE,
            biases=np.array([part["bias"] for part in parts]),
            kinds={kind: part["bias"] for kind, part in content["kinds"].items()},
            kind_rows=kind_rows.astype(int),
            kind_columns=kind_columns.astype(int),
            kind_weights=kind_weights / SCALE,
            combination=content["combination"],
        )

    def pack(self) -> bytes:
        rarities, rarity_numbers = np.unique(self.rarity, return_inverse=True)
        order = np.lexsort((self.kind_rows, self.kind_columns))
        kind_rows = self.kind_rows[order]
        largest = np.abs(self.weights).max(axis=0, initial=0)
        largest_of_kinds = float(np.abs(self.kind_weights).max(initial=0))
        head = {
            "biases": self.biases.tolist(),
            "kinds": self.kinds,
            "combination": self.combination,
            "largest": [*largest.tolist(), largest_of_kinds],
            "rarities": rarities.tolist(),
        }
        arrays: dict[str, Any] = {
            "head": np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), np.uint8),
            "ngrams": _split_bytes(np.diff(self.ngrams.astype(int), axis=0, prepend=0).T),
            "rarity": _split_bytes(rarity_numbers),
            "weights": np.ascontiguousarray(_quantise_weights(self.weights, largest).T),
            "kind_rows": _split_bytes(np.diff(kind_rows, prepend=0)),
            "kind_columns": self.kind_columns[order].astype(np.uint8),
            "kind_weights": _quantise_weights(self.kind_weights[order], largest_of_kinds),
        }
        stream = io.BytesIO()
        np.savez(stream, **arrays)
        return lzma.compress(stream.getvalue(), preset=9 | lzma.PRESET_EXTREME)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        arrays = np.load(io.BytesIO(lzma.decompress(packed)))
        head = json.loads(arrays["head"].tobytes())
        *largest, largest_of_kinds = head["largest"]
        return cls(
            ngrams=np.cumsum(_join_bytes(arrays["ngrams"]).T, axis=0),
            rarity=np.array(head["rarities"])[_join_bytes(arrays["rarity"])],
            weights=_dequantise_weights(arrays["weights"].T, np.array(largest)),
            biases=np.array(head["biases"]),
            kinds=head["kinds"],
            kind_rows=np.cumsum(_join_bytes(arrays["kind_rows"])),
            kind_columns=arrays["kind_columns"],
            kind_weights=_dequantise_weights(arrays["kind_weights"], largest_of_kinds),
            combination=head["combination"],
        )


def _quantise_weights(weights: np.ndarray, largest: np.ndarray | float) -> np.ndarray:
    shares = np.abs(weights) / np.maximum(largest, 1e-9)
    return np.round(np.sign(weights) * np.sqrt(shares) * STEPS).astype(np.int8)


def _dequantise_weights(numbers: np.ndarray, largest: np.ndarray | float) -> np.ndarray:
    roots = numbers.astype(float) / STEPS
    return np.sign(roots) * roots**2 * largest


def _split_bytes(numbers: np.ndarray) -> np.ndarray:
    """Return the bytes of whole numbers of four: the lowest of all, then the second of all …"""
    planes = np.ascontiguousarray(numbers, dtype="<i4").view(np.uint8)
    return np.ascontiguousarray(np.moveaxis(planes.reshape(*numbers.shape, 4), -1, 0))


def _join_bytes(planes: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(planes, 0, -1)).view("<i4")[..., 0]
