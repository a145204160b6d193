"""Stories found in files, feeds and web pages: one reader a kind."""

from news.readers.story import Story, StoryRefused

__all__ = ["Story", "StoryRefused"]
