"""The button that moves a contact out of a text: the one that is meant, into its field, or nothing at all."""

import re

import pytest

from listings.paste_posting.cures import apply_cure
from tests.listings.pasting import post_pasted_text, press_button

pytestmark = pytest.mark.django_db
DUTIES = "发试饮券，介绍新口味。"


def press_move(text, quote, **fields):
    typed = {"duties": [DUTIES + text]} | {name: [value] for name, value in fields.items()}
    assert apply_cure(typed, f"move:duties:{quote}")
    return typed


@pytest.mark.parametrize(
    ("text", "quote", "field", "value"),
    [
        ("联系李姐13912345678。", "13912345678", "contact_phone", "13912345678"),
        ("打 0743-8222222 报名。", "0743-8222222", "contact_phone", "0743-8222222"),
        ("打0743-8222222转8。", "0743-8222222", "contact_phone", "0743-8222222-8"),
        ("加微信 LiJie_2026。", "微信 LiJie_2026", "contact_wechat", "LiJie_2026"),
    ],
)
def test_the_quoted_contact_goes_into_its_field_as_it_was_written(text, quote, field, value):
    typed = press_move(text, quote)
    assert typed[field] == [value] and typed["duties"] == [DUTIES]


def test_of_several_the_quoted_one_is_moved():
    typed = press_move("联系李姐13912345678。找不到打13800138000。", "13800138000")
    assert typed["contact_phone"] == ["13800138000"]
    assert typed["duties"] == [DUTIES + "联系李姐13912345678。"]


@pytest.mark.parametrize(
    ("text", "quote", "fields"),
    [
        ("联系李姐13912345678。", "13912345678", {"contact_phone": "13800138000"}),
        ("加QQ 123456789。", "QQ 123456789", {}),
        ("打13912345678或13800138000。", "13912345678", {}),
    ],
)
def test_what_has_no_place_stays_where_it_was_typed(text, quote, fields):
    typed = press_move(text, quote, **fields)
    assert typed["duties"] == [DUTIES + text]
    assert typed.get("contact_phone") == ([*fields.values()] or None)


def test_a_contact_that_its_field_has_already_is_taken_out():
    typed = press_move("联系李姐13912345678。", "13912345678", contact_phone="139 1234 5678")
    assert typed["duties"] == [DUTIES] and "联系李姐" not in typed["duties"][0]


def test_the_button_stands_only_where_nothing_would_be_lost(client):
    response = post_pasted_text(client)
    duties = DUTIES + "联系李姐13912345678。"
    judged = press_button(client, response, "judge", duties=duties, contact_phone="13800138000")
    assert "删掉这句" in (html := judged.content.decode()) and "移到“联系”" not in html
    judged = press_button(client, response, "judge", duties=duties, contact_phone="")
    go = re.search(r'value="(move:duties:[^"]+)"', judged.content.decode())[1]
    moved = press_button(client, judged, go).context["form"]
    assert moved["contact_phone"].value() == "13912345678" and moved["duties"].value() == DUTIES
