"""The import's board serves three files of tests."""

from tests.listings.importing import put, trusted

__all__ = ["put", "trusted"]
