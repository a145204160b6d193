"""Codes of addresses are read back, and are drawn as the standard asks."""

import re

import numpy as np
import pytest
import segno
import zxingcpp

from sitekit.share_pictures.qr_codes import (
    QUIET,
    draw_code_file,
    draw_code_image,
    draw_code_svg,
)

ADDRESSES = ["https://a.cn/", "https://xiangxi.example.cn/xiangxi/jobs/123456/?from=纸", "x" * 300]


def read_points(svg):
    """The square of an SVG's view box, filled run by run as its path says."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    points = np.full((size, size), 255, np.uint8)
    path = re.search(r'stroke="#000" d="([^"]*)"', svg)[1]
    x = row = 0
    for moved, down, by, run in re.findall(r"M(\d+) (\d+)\.5|m(\d+) 0h(\d+)", path):
        if down:
            x, row = int(moved), int(down)
        else:
            points[row, x + int(by) : x + int(by) + int(run)] = 0
            x += int(by) + int(run)
    return points


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_file_and_picture_show_the_address(address):
    picture = np.asarray(draw_code_image(address, 600).convert("L"))
    for points in (
        read_points(draw_code_svg(address)).repeat(5, axis=0).repeat(5, axis=1),
        read_points(draw_code_file(address).decode()).repeat(5, axis=0).repeat(5, axis=1),
        picture,
    ):
        (read,) = zxingcpp.read_barcodes(points)
        assert (read.text, read.ec_level) == (address, "M")


def test_a_code_is_as_large_as_another_program_draws_it_and_has_white_around_it():
    own_points = read_points(draw_code_svg(ADDRESSES[0]))
    size, _height = segno.make(ADDRESSES[0], error="m", micro=False).symbol_size(border=QUIET)
    assert own_points.shape == (size, size)
    assert (own_points[:QUIET] == 255).all() and (own_points[:, -QUIET:] == 255).all()
    assert read_points(draw_code_svg(ADDRESSES[0], border=0)).shape[0] == size - 2 * QUIET


def test_the_words_of_a_code_are_no_markup():
    svg = draw_code_svg("x", css_class='a"b', title="<b>")
    assert 'class="a&quot;b"' in svg and "<title>&lt;b&gt;</title>" in svg
