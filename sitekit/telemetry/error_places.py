"""Where an error happened, without its words, which may name people."""

import traceback
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def locate_error(error: BaseException) -> str:
    """Return the kind of an error and the last place of it in our code."""
    places = [f"{path}:{frame.lineno}" for path, frame in _list_own_frames(error)]
    return f"{type(error).__name__} {places[-1] if places else ''}".strip()[:200]


def describe_trace(error: BaseException) -> str:
    """Return the kind of an error, what caused it, and the way to it through our code, in one line.

    An exception whose class has `has_plain_words` names nobody: its words are told too.
    """
    kinds = [_describe_kind(error)]
    cause = error.__cause__
    while cause is not None and len(kinds) < 4:
        kinds.append(_describe_kind(cause))
        cause = cause.__cause__
    way = [f"{path}:{frame.lineno} {frame.name}" for path, frame in _list_own_frames(error)]
    last = traceback.extract_tb(error.__traceback__)[-1:]
    if last and _find_own_path(last[0]) is None:
        way.append("/".join([*Path(last[0].filename).parts[-2:]]) + f":{last[0].lineno}")
    return " < ".join(kinds) + (f" ({' > '.join(way)})" if way else "")


def _describe_kind(error: BaseException) -> str:
    words = f" {error}" if getattr(type(error), "has_plain_words", False) else ""
    return f"{type(error).__name__}{words}"


def _list_own_frames(error: BaseException) -> Iterator[tuple[Path, traceback.FrameSummary]]:
    for frame in traceback.extract_tb(error.__traceback__):
        if (path := _find_own_path(frame)) is not None:
            yield path, frame


def _find_own_path(frame: traceback.FrameSummary) -> Path | None:
    """Return the path within the project; None for what packages, in its `.venv` too, are made of."""
    path = Path(frame.filename)
    if not path.is_relative_to(PROJECT):
        return None
    project_path = path.relative_to(PROJECT)
    return None if project_path.parts[0].startswith(".") else project_path
