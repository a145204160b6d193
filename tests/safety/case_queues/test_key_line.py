"""The line that names the keys of the desk: what one key does is set apart from the next key."""

import re

import pytest
from django.template.loader import render_to_string


@pytest.mark.parametrize("rows", [[], [1]])
def test_each_key_is_set_apart_from_the_words_before_it(rows):
    line = render_to_string(
        "safety/case_queues/_keys.html", {"rows": rows, "has_single_keys": True}
    )
    apart = re.findall(r"([\u4e00-\u9fff])(\s*)<kbd>", line)
    assert "问同事　<kbd>!</kbd> 交给组长" in line
    assert {space for word, space in apart if word != "按"} == {"　"}, (
        "「按 Enter」 is one sentence"
    )
