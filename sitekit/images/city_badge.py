"""The seal of a city: a green square with the first characters of its short name, top down."""

from html import escape

NATIONAL = "兼职"
_SQUARE = (
    '<rect width="64" height="64" rx="12" fill="#0e5a44"/>'
    '<rect x="3.5" y="3.5" width="57" height="57" rx="9" fill="none" stroke="#fff" stroke-opacity=".5"/>'
)
_FONTS = "PingFang SC,HarmonyOS Sans SC,Microsoft YaHei,Noto Sans CJK SC,Noto Sans SC,sans-serif"


def draw_city_badge(name: str) -> str:
    """Draw the first two characters of a name; the national text for an empty name."""
    characters = name.strip()[:2] or NATIONAL
    # One character is set larger; two stand one above the other.
    baselines, size = ([46], 36) if len(characters) == 1 else ([28, 55], 26)
    words = "".join(
        f'<text x="32" y="{baseline}" font-size="{size}">{escape(character)}</text>'
        for character, baseline in zip(characters, baselines, strict=True)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64" role="img" '
        f'aria-label="{escape(characters)}">{_SQUARE}'
        f'<g fill="#fff" text-anchor="middle" font-weight="700" font-family="{_FONTS}">{words}</g></svg>'
    )
