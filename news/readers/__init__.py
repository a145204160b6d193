"""Stories found in files, feeds and web pages: one reader a kind."""

from news.readers.story import Refused, Story

__all__ = ["Refused", "Story"]
