from xml.etree import ElementTree

import pytest

from sitekit.images.city_badge import draw_city_badge

SVG = "{http://www.w3.org/2000/svg}"


def list_svg_characters(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def list_font_sizes(svg: str) -> list[int]:
    return [
        int(text.attrib["font-size"]) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("湘西", ["湘", "西"]),
        ("西双版纳", ["西", "双"]),
        ("蔚", ["蔚"]),
        ("", ["兼", "职"]),
        ("  ", ["兼", "职"]),
    ],
)
def test_a_name_gives_its_seal(name, expected):
    assert list_svg_characters(draw_city_badge(name)) == expected


def test_one_character_is_set_larger_than_two():
    assert list_font_sizes(draw_city_badge("蔚"))[0] > max(list_font_sizes(draw_city_badge("湘西")))


def test_two_characters_stand_one_below_the_other():
    first, second = ElementTree.fromstring(draw_city_badge("湘西")).iter(f"{SVG}text")

    assert first.attrib["x"] == second.attrib["x"]
    assert int(second.attrib["y"]) - int(first.attrib["y"]) >= int(first.attrib["font-size"])


def test_markup_in_a_name_is_only_text():
    assert list_svg_characters(draw_city_badge("<&")) == ["<", "&"]
