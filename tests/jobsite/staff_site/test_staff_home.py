"""The first pages of the staff: where a sign-in leads, what waits there, each number as its link shows it."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import StaffRole
from accounts.staff.posts import PostTerms, write_post
from jobsite.staff_site.admin_site import ORDER
from news.models import Article, Proposal
from safety.reports.submission import submit_report
from tests.articles import make_article
from tests.conftest import build_listing_publisher, tea_shop
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db

TILE = re.compile(r'<li><a href="([^"]+)"><b>(\d+)</b> ([^<]+)</a>')


def make_colleague(role, *places):
    user = make_person(f"colleague-{role}-{len(places)}", is_staff=True)
    codes = tuple(place.adcode for place in places)
    write_post(user, PostTerms(role, not places, codes), None)
    return user


def open_home(client):
    return client.get("/admin/").content.decode()


def test_the_page_of_a_member_of_the_staff_leads_to_their_work():
    desk, admin = reverse("desk:dashboard"), reverse("admin:index")
    for role, address in ((StaffRole.MODERATOR, desk), (StaffRole.SUPPORT, admin)):
        own_page = sign_in(Client(), make_colleague(role)).get("/me/").content.decode()
        assert f'class="onward" href="{address}"' in own_page
    own_page = sign_in(Client(), make_person("seeker")).get("/me/").content.decode()
    assert "/admin/" not in own_page


def test_numbers_are_those_of_the_pages_behind_them(place):
    listing = build_listing_publisher(tea_shop())()
    for number in range(2):
        submit_report(listing=listing, reason="other", user=make_person(f"reporter{number}"))
    make_article(status="draft")
    client = sign_in(Client(), make_colleague(StaffRole.MODERATOR))
    tiles = {label: (int(n), address) for address, n, label in TILE.findall(open_home(client))}
    assert tiles["举报待处理"] == (2, "/admin/desk/reports/")
    assert "<b>2</b> 个举报" in client.get(tiles["举报待处理"][1]).content.decode()
    editor = sign_in(Client(), make_colleague(StaffRole.EDITOR))
    tiles = {label: (int(n), address) for address, n, label in TILE.findall(open_home(editor))}
    number, address = tiles["资讯草稿"]
    assert number == 1 and editor.get(address).context["cl"].result_count == 1
    local = sign_in(Client(), make_colleague(StaffRole.EDITOR, place("xiangxi")))
    draft = make_article("凤凰客栈招前台", status="draft", places=[place("fenghuang")])
    for article in (draft, Article.objects.exclude(pk=draft.pk).get()):
        Proposal.objects.create(article=article, what="tag", value="网警", why="词")
    tiles = {label: (int(n), address) for address, n, label in TILE.findall(open_home(local))}
    for label in ("资讯草稿", "资讯有建议待核对"):
        number, address = tiles[label]
        assert number == local.get(address).context["cl"].result_count == 1, label


def test_the_page_of_one_app_has_its_tables_only():
    client = sign_in(Client(), make_person("boss", is_staff=True, is_superuser=True))
    apps = [app["app_label"] for app in client.get("/admin/").context["app_list"]]
    assert apps == [label for label in ORDER if label in apps] and len(apps) == len(ORDER)
    assert "staff-pages" in open_home(client)
    assert "staff-pages" not in client.get("/admin/news/").content.decode()


def test_the_words_of_the_admin_fit_what_they_stand_over():
    page = open_home(sign_in(Client(), make_colleague(StaffRole.OPERATOR)))
    assert "今天要处理的" not in page and "staff-pages" in page
    boss = sign_in(Client(), make_person("boss", is_staff=True, is_superuser=True))
    apps = boss.get("/admin/").context["app_list"]
    alone = [app for app in apps if len(app["models"]) == 1]
    doubled = [app["name"] for app in alone if app["name"] == app["models"][0]["name"]]
    assert doubled == []
    page = boss.get("/admin/auth/group/add/").content.decode()
    assert "名称：</label>" in page and ":</label>" not in page
    script = boss.get("/admin/jsi18n/").content.decode()
    words = json.loads(re.search(r"newcatalog = (\{.*?\n\s*\});", script, re.DOTALL)[1])
    assert (words["Available %s"], words["Choose all %s"]) == ("还没选的", "全部选上")
