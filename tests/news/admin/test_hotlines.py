"""Numbers to call: said otherwise, added, ordered, left out; on every page at once."""

import re

import pytest
from django.urls import reverse

from news.models import Hotline
from news.pages.guides import read_guides_file, render_guide_html
from news.pages.hotlines import HOTLINE_CHANGES, list_hotline_names, render_hotline_lines
from tests.edit_marks import read_edit_mark

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator_settings")]
WHY = "州反诈中心开通了值班电话"
FORM = {"number": "0743-8223110", "words": "州反诈中心，夜里也有人接", "is_shown": "on"}


def post_hotline_form(client, **fields):
    data = FORM | {"edit_reason": WHY} | fields
    return client.post(reverse("admin:news_hotline_add"), data)


def read_footer(client):
    html = client.get("/xiangxi/").content.decode().split("急用电话")[1].split("</p>")[0]
    return re.findall(r'<a href="tel:([^"]+)">\s*(.*?)</a>', html, re.DOTALL)


def test_the_shipped_ones_stand_at_the_foot_as_they_did(client):
    assert [number for number, _words in read_footer(client)] == [
        *("110", "96110", "12333", "12315", "12348", "12377")
    ]
    assert read_footer(client)[0][1] == "报警 110"


def test_one_is_added_named_ordered_and_left_out_again(client, admin_client):
    assert "写一句为什么" in post_hotline_form(admin_client, edit_reason="").content.decode()
    assert (
        post_hotline_form(
            admin_client, footer_name="州反诈", position="1", in_advice="on"
        ).status_code
        == 302
    )
    assert read_footer(client)[0] == ("0743-8223110", "州反诈 0743-8223110")
    assert list_hotline_names(["110", "app"])[-1] == ("0743-8223110", FORM["words"])
    assert "tel:0743-8223110" in client.get("/alerts/typing_scam/").content.decode()
    row = Hotline.objects.get()
    page = reverse("admin:news_hotline_change", args=[row.pk])
    changed = {"words": "已经并到 96110", "edit_reason": "停机了", **read_edit_mark(row)}
    assert admin_client.post(page, changed).status_code == 302
    assert "0743-8223110" not in client.get("/xiangxi/").content.decode()
    history = admin_client.get(page).content.decode()
    assert WHY in history and "停机了" in history and "显示：“是” → “否”" in history


def test_a_shipped_one_is_said_otherwise_and_110_stays(client, admin_client):
    post_hotline_form(admin_client, number="12333", words="欠薪、扣证件", footer_name="欠薪")
    assert ("12333", "欠薪 12333") in read_footer(client)
    assert ("12333", "欠薪、扣证件") in list_hotline_names(["12333"])
    post_hotline_form(admin_client, number="96110", words="没有开通", is_shown="")
    assert "96110" not in dict(read_footer(client))
    assert list_hotline_names(["96110", "110"])[0][0] == "110"
    refused = post_hotline_form(admin_client, number="110", words="报警", is_shown="")
    assert "不能去掉" in refused.content.decode()
    assert "只写数字" in post_hotline_form(admin_client, number="打我").content.decode()


def test_stored_guides_are_compared_with_what_is_shipped():
    entry = next(iter(read_guides_file().values()))
    before = render_guide_html(entry)
    Hotline.objects.create(number="110", words="报警要说清楚")
    HOTLINE_CHANGES.forget()
    assert render_guide_html(entry) == before
    assert "报警要说清楚" in "".join(render_hotline_lines(["110"]))


def test_the_list_shows_what_is_shipped(admin_client, django_assert_max_num_queries):
    for number in range(3):
        Hotline.objects.create(number=f"0743-822311{number}", words="值班")
    with django_assert_max_num_queries(10):
        page = admin_client.get(reverse("admin:news_hotline_changelist")).content.decode()
    assert "报警，钱已经转出去的先打这个" in page and "0743-8223112" in page
