"""Walks through a task in a browser, counted in taps and typed characters; the figures stand in docs/usability.md.

    USABILITY=renew pytest tests/browser

writes what was counted into the table, to be looked at and committed.
"""

import os
import time
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parents[2] / "docs" / "usability.md"
RENEW = os.environ.get("USABILITY") == "renew"


class Walk:
    """Taps and types as somebody with a phone in the hand would, and counts.

    A code that is copied from a message is counted apart. At a desk keys are pressed: `keys` are counted,
    and `loads`, the pages that were loaded.
    """

    def __init__(self, page: Any) -> None:
        self.page, self.taps, self.characters, self.codes = page, 0, 0, 0
        self.keys = self.loads = 0
        self.began = time.monotonic()
        page.on("load", self._count_load)

    def tap(self, place: Any) -> None:
        place.first.click()
        self.taps += 1

    def type(self, place: Any, text: str) -> None:
        place.first.fill(text)
        self.characters += len(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def press_on(self, key: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation():
            self.press(key)

    def copy_code(self, place: Any, code: str) -> None:
        place.first.fill(code)
        self.codes += 1

    def _count_load(self, _page: Any) -> None:
        self.loads += 1


def require_figures(task: str, walk: Walk, most: int) -> None:
    """That no more taps than `most` were needed, and that the table says what was counted."""
    seconds = _print_figures(task, walk)
    assert walk.taps <= most, f"{task}: {walk.taps} taps"
    _require_row(task, (task, most, walk.taps, walk.characters, walk.codes), seconds)


def require_desk_figures(task: str, walk: Walk, most: int) -> None:
    """That no more keys than `most` were needed, and that the table says what was counted."""
    seconds = _print_figures(task, walk)
    assert walk.keys <= most, f"{task}: {walk.keys} keys"
    _require_row(task, (task, most, walk.keys, walk.loads), seconds)


def _print_figures(task: str, walk: Walk) -> float:
    """Return the seconds, those of the machine and of pages: nobody thinks or reads. `pytest -s` shows them."""
    seconds = time.monotonic() - walk.began
    print(
        f"{task}: {walk.taps} taps, {walk.keys} keys, {walk.characters} characters, {seconds:.1f} s"
    )
    return seconds


def _require_row(task: str, cells: tuple[str | int, ...], seconds: float) -> None:
    """The table may have two more columns: what it took before, and the seconds, which differ from run to run."""
    row = "| " + " | ".join(map(str, cells)) + " |"
    lines = TABLE.read_text().splitlines()
    numbers = [number for number, line in enumerate(lines) if line.startswith(f"| {task} |")]
    assert len(numbers) == 1, f"docs/usability.md has {len(numbers)} rows for: {task}"
    if RENEW:
        before = lines[numbers[0]].split("|")[len(cells) + 1 : -2]
        more = f"{before[0]}| {seconds:.1f} |" if before else ""
        lines[numbers[0]] = row + more
        TABLE.write_text("\n".join(lines) + "\n")
    written = TABLE.read_text().splitlines()[numbers[0]]
    assert written.startswith(row), "USABILITY=renew writes the figures"
