"""What rows send, and what they look for in answers."""

import io
import os

from PIL import Image

from tools.faults.site import Site
from tools.faults.table import require_that
from tools.faults.visitors import Answer

MESSAGE = "周末都能来。"
APPLICATION: dict[str, str | list[str]] = {
    "name": "小龙",
    "phone": "199 0000 0001",
    "wechat": "xiaolong_01",
    "region": "吉首",
    "birth_year": "2001",
    "education": "college",
    "about": "做过派发。",
    "slots": ["6a", "7a"],
    "message": MESSAGE,
    "old_enough": "on",
    "handover": "on",
}


def require_busy_page(answer: Answer, typed: str) -> None:
    """That it asks to come again, and holds what was typed."""
    require_that(answer.status == 503, f"{answer.status} where 503 is right")
    require_that(answer.headers.get("Retry-After"), "no Retry-After")
    require_that(typed in answer.text, "what was typed is lost")


def count_waiting(site: Site) -> int:
    """Return how many sessions wait for a lock."""
    return len(site.ask_database("SELECT 1 FROM pg_locks WHERE NOT granted"))


def draw_picture(words: str, width: int = 640, height: int = 480) -> bytes:
    """One that nobody sent before: noise, with the words' sum in a corner."""
    image = Image.frombytes("RGB", (width, height), os.urandom(3 * width * height))
    image.putpixel((0, 0), (len(words) % 256, 0, 0))
    output = io.BytesIO()
    image.save(output, "JPEG", quality=90)
    return output.getvalue()
