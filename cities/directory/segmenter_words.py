"""Adds place names to the segmenter; from the file, as the table may not exist yet."""

import csv

from textkit.segmentation import add_words

from .loading import CSV

# Two characters may be part of other words (新市 in 新市场); the dictionary has the cities.
SHORTEST = 3


def add_place_names_to_segmenter() -> None:
    with CSV.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["own_code"] == "0"]
    names = {row[column] for row in rows for column in ("name", "short_name")}
    add_words(sorted(name for name in names if len(name) >= SHORTEST))
