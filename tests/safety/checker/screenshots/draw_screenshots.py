"""Draws the screenshots of a list of texts with Chromium; no test runs it, the pictures lie beside it.

    python -m tests.safety.checker.screenshots.draw_screenshots texts.toml

It needs the fonts of fonts-noto-cjk and, for emoji, fonts-noto-color-emoji.
"""

import shutil
import sys
import tomllib
from html import escape
from io import BytesIO
from pathlib import Path

import segno
from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent
PIXELS = 1080
WEBP, JPEG = "webp", "jpg"

CARRIERS = ("5G", "4G HD", "1.2K/s 5G", "中国移动 4G")
WAVES = (
    '<svg viewBox="0 0 15 15" fill="none" stroke="currentColor">'
    '<path d="M3 6q3 1.5 0 3M6 4q5 3.500 0 7M9 2q7 5.500 0 11"/></svg>'
)
PLACEHOLDERS = {"sms-android": "发送短信", "sms-ios": "信息 · 短信"}
FACES = (
    "#7a9cc6,#c9d6e8",
    "#c98b6b,#f0d9c8",
    "#6b9a78,#cfe3d3",
    "#9b7bb0,#e2d5ea",
    "#c2a14a,#efe3bb",
)


def draw_chat(shot: dict, number: int) -> str:
    rows, name = [], ""
    for kind, *texts in shot["lines"]:
        words = [escape(text) for text in texts]
        if kind == "name":
            name = f'<div class="name">{words[0]}</div>'
        elif kind in ("time", "notice"):
            rows.append(f'<div class="{kind}">{words[0]}</div>')
        else:
            rows.append(
                draw_row(kind, words, name, FACES[(number + kind.startswith("own")) % 5], shot)
            )
            name = ""
    unread = f'<span class="unread">{number * 7 % 90 + 3}</span>' if number % 3 == 0 else ""
    hint = PLACEHOLDERS.get(shot["style"], "")
    return f"""<div class="status"><span>{shot["clock"]}</span>
<span>{CARRIERS[number % 4]} <span class="battery">{90 - number * 2}</span></span></div>
<div class="head"><span class="back"></span>{unread}<h1>{escape(shot["title"])}</h1>
<span class="more"><i></i><i></i><i></i></span></div>
<div class="talk">{"".join(rows)}</div>
<div class="write"><i></i><span class="box">{hint}</span><i></i><i></i></div>"""


def draw_row(kind: str, words: list[str], name: str, face: str, shot: dict) -> str:
    side, _, what = kind.partition("-")
    above, inside = ("", name) if shot.get("names") == "beside" else (name, "")
    named = " named" if above else ""
    return (
        f'{above}<div class="row {side}{named}">'
        f'<div class="face" style="background:linear-gradient({face})"></div>'
        f'<div class="stack">{inside}{draw_bubble(what, words)}</div></div>'
    )


def draw_bubble(what: str, words: list[str]) -> str:
    match what:
        case "quote":
            return f'<div class="bubble">{words[0]}</div><div class="quoted">{words[1]}</div>'
        case "transfer" | "packet":
            note = words[1] if what == "transfer" else ""
            done = " done" if "已" in note else ""
            return (
                f'<div class="pay{done}"><b>{words[0]}</b><span>{note}</span>'
                f"<small>{words[-1]}</small></div>"
            )
        case "link":
            title, description, source = words
            return f'<div class="link">{title}<p>{description}</p><small>{source}</small></div>'
        case "voice":
            return f'<div class="bubble voice">{WAVES}{words[0]}</div>'
    return f'<div class="bubble">{words[0]}</div>'


def draw_poster(shot: dict) -> str:
    return "".join(
        draw_part(kind, [escape(text) for text in texts])
        if kind != "columns"
        else draw_columns(texts)
        for kind, *texts in shot["lines"]
    )


def draw_columns(columns: list[list[str]]) -> str:
    boxes = ("".join(f"<p>{escape(line)}</p>" for line in column) for column in columns)
    return f'<div class="columns">{"".join(f"<div>{box}</div>" for box in boxes)}</div>'


def draw_part(kind: str, words: list[str]) -> str:
    match kind:
        case "headline":
            return f"<h1>{words[0]}</h1>"
        case "row":
            return f'<div class="pair"><b>{words[0]}</b><span>{words[1]}</span></div>'
        case "code":
            svg = segno.make(words[0], error="m").svg_inline(scale=4, border=2, omitsize=True)
            return f'<div class="code">{svg}{words[1]}</div>'
    return f'<div class="{kind}">{words[0]}</div>'


def draw_page(shot: dict, number: int) -> str:
    is_poster = shot["style"] == "poster"
    content = draw_poster(shot) if is_poster else draw_chat(shot, number)
    large = f"body.poster h1, body:not(.poster) .bubble {{ font-size: {shot.get('font')}px; }}"
    css = (FOLDER / "styles.css").read_text("utf-8") + (large if "font" in shot else "")
    return (
        f'<meta charset="utf-8"><style>{css}</style>'
        f'<body class="{shot["style"]} {shot.get("look", "")}">{content}</body>'
    )


def draw_all(list_name: str) -> None:
    shots = tomllib.loads((FOLDER / list_name).read_text("utf-8"))["screenshot"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox"]
        )
        for number, shot in enumerate(shots):
            width = shot.get("css_width", 360)
            height = 560 if shot["style"] == "poster" else width * 20 // 9
            page = browser.new_page(
                viewport={"width": width, "height": height},
                device_scale_factor=PIXELS / width,
            )
            page.set_content(draw_page(shot, number))
            image = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
            page.close()
            save_picture(image, shot["id"], number)
        browser.close()


def save_picture(image: Image.Image, name: str, number: int) -> None:
    """Every second one is a JPEG of quality 60 to 80, as chat programs send them."""
    if number % 2:
        image.save(FOLDER / f"{name}.{WEBP}", quality=75, method=6)
    else:
        image.save(FOLDER / f"{name}.{JPEG}", quality=60 + number % 5 * 5)


if __name__ == "__main__":
    draw_all(sys.argv[1])
