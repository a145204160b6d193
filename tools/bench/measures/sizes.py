"""How many bytes a visitor loads: each page as it comes over the wire, its style sheet and its script."""

import re
from collections.abc import Iterable, Iterator

from tools.bench.report import Figure
from tools.bench.scenario.browser import Browser

SECTION = "What a visitor loads"
PAGE_KB, FILES_KB, MAX_FILES = 15, 25, 2
MAX_TRIED = 5  # of the addresses of a kind: the largest counts
_FILE = re.compile(r'<(?:link rel="stylesheet" href|script src)="(/[^"]+)"')


def list_size_figures(browser: Browser, pages: Iterable[tuple[str, list[str]]]) -> Iterator[Figure]:
    """Yield the compressed size of each kind of page, then that of the files that pages name."""
    files: set[str] = set()
    most_files = 0
    for name, addresses in pages:
        answers = [
            (address, *_fetch_compressed_page(browser, address))
            for address in addresses[:MAX_TRIED]
        ]
        address, size, text = max(answers, key=lambda answer: answer[1])
        named = {file for _, _, page in answers for file in _FILE.findall(page)}
        most_files = max(most_files, *(len(_FILE.findall(page)) for _, _, page in answers))
        files |= named
        note = f"{len(text.encode()) / 1000:.0f} kB unpacked, {address}"
        yield Figure(SECTION, f"size of {name}", round(size / 1000, 1), "kB", PAGE_KB, note=note)
    if files:
        kilobytes = sum(_fetch_compressed_page(browser, file)[0] for file in files) / 1000
        names = ", ".join(sorted(file.rpartition("/")[2] for file in files))
        name = "size of style sheet and script"
        yield Figure(SECTION, name, round(kilobytes, 1), "kB", FILES_KB, note=names)
        name = "style sheets and scripts of a page"
        yield Figure(SECTION, name, most_files, "", MAX_FILES)


def _fetch_compressed_page(browser: Browser, address: str) -> tuple[int, str]:
    """Return (bytes of the compressed body, its text); raise RuntimeError for other answers."""
    answer = browser.get(address)
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}")
    if answer.headers.get("Content-Encoding") != "gzip":
        raise RuntimeError(f"{address} is not compressed")
    return len(answer.body), answer.text
