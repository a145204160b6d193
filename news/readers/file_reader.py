"""Files and folders: which are read, by which reader, and how much of them."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

from news.readers.feed_reader import is_feed, read_feed
from news.readers.json_reader import read_json_items
from news.readers.page_reader import read_web_page
from news.readers.plain_text_reader import read_plain_text
from news.readers.story import ReadResult, StoryRefused
from news.readers.text_decoding import decode_bytes

MB = 1024 * 1024
TEXT_SUFFIXES = {"", ".txt", ".text", ".md"}
PAGE_SUFFIXES = {".html", ".htm", ".xhtml", ".shtml"}
FEED_SUFFIXES = {".xml", ".rss", ".atom", ".rdf"}
MAX_BYTES = {
    **dict.fromkeys(TEXT_SUFFIXES, 2 * MB),
    **dict.fromkeys(PAGE_SUFFIXES | FEED_SUFFIXES, 5 * MB),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), 20 * MB),
}
MAX_IMAGE = 15 * MB
# Files that a browser saves together with a page; they are skipped in a folder.
BESIDE_PAGES = set(
    ".jpg .jpeg .png .gif .webp .avif .bmp .svg .ico .css .js .map .woff .woff2 .ttf .otf".split()
)


def walk_story_files(path: Path) -> Iterator[tuple[Path, Path, str | None]]:
    """Yield (file, its root, why it is refused or None) of each file of a folder, or of a file."""
    if not os.path.isdir(path):
        yield path, path.parent, None
        return
    problems: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=problems.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if not name.startswith(".") and file.suffix.lower() not in BESIDE_PAGES:
                is_outside = file.is_symlink() and not _is_below(file, path)
                yield file, path, "这个链接指到文件夹外面，不收。" if is_outside else None
    for problem in problems:
        yield Path(str(problem.filename)), path, f"读不了：{problem.strerror}。"


def _is_below(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


def read_story_file(path: Path, root: Path) -> ReadResult:
    """Return the stories of a file, and the refusals of single items as (name, reason).

    Images of a page are read below `root`. Raise StoryRefused if the file can't be read.
    """
    suffix = path.suffix.lower()
    if suffix not in MAX_BYTES:
        raise StoryRefused(f"还不会读这种文件（{suffix}），只收文本、网页、JSON、RSS 和 Atom。")
    content = decode_bytes(read_file_bytes(path, MAX_BYTES[suffix]))
    if suffix.startswith(".json") or suffix == ".ndjson":
        return read_json_items(content)
    if suffix in FEED_SUFFIXES or is_feed(content):
        return read_feed(content)
    head = content.lstrip()[:200].lower()
    if suffix in PAGE_SUFFIXES or head.startswith(("<!doctype html", "<html")):
        story = read_web_page(content)
        story.open_image = build_image_opener(path, root)
        return [story], []
    return [read_plain_text(content)], []


def read_file_bytes(path: Path, limit: int) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise StoryRefused("不是普通文件。")
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except FileNotFoundError:
        raise StoryRefused("没有这个文件。") from None
    except (OSError, ValueError) as error:
        raise StoryRefused(f"读不了：{getattr(error, 'strerror', '') or '名称不对'}。") from error
    if len(raw) > limit:
        raise StoryRefused(f"超过 {limit // MB} MB。")
    if not raw.strip():
        raise StoryRefused("文件是空的。")
    return raw


def build_image_opener(path: Path, root: Path) -> Callable[[str], bytes]:
    """Return a function that reads images beside a page: only files below `root`, no links out of it, no addresses."""

    def open_image(src: str) -> bytes:
        src = src.partition("?")[0].partition("#")[0]
        if "://" in src or src.startswith("//"):
            raise StoryRefused("图片在网上，没有取。")
        try:
            file = (path.parent / unquote(src)).resolve()
            is_inside = _is_below(file, root)
        except (OSError, ValueError, RuntimeError):
            raise StoryRefused("图片的文件名不对。") from None
        if src.startswith("/") or not is_inside:
            raise StoryRefused("图片在文件夹外面，不取。")
        return read_file_bytes(file, MAX_IMAGE)

    return open_image
