"""Colleagues who may not open a page stay among the pages of the staff; whoever is refused reads the reason."""

import pytest
from django.test import Client

from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db


def read_refusal(answer):
    assert answer.status_code == 403
    return answer.content.decode()


def test_a_page_of_another_role_leads_back_to_the_pages_of_the_staff(client):
    sign_in(client, make_moderator_user())
    for address in ("/admin/state/", "/admin/team/", "/admin/cities/region/"):
        shown = read_refusal(client.get(address))
        assert 'href="/admin/">回后台首页' in shown and 'href="/admin/team/roles/"' in shown
        assert "你的角色没有这项权限" in shown and "要先登录" not in shown


def test_everybody_else_sees_the_page_of_visitors(client):
    shown = read_refusal(sign_in(client, make_person("seeker")).get("/admin/login/"))
    assert "它属于别人，或者要先登录" in shown and "回后台首页" not in shown


def test_who_is_no_owner_reads_that_it_takes_one(client, employer):
    recruiter = make_person("recruiter")
    employer.memberships.create(user=recruiter, role="recruiter")
    shown = read_refusal(sign_in(client, recruiter).post("/employer/members/", {"contact": "a"}))
    assert "这一步只有单位的负责人能做，请负责人来做。" in shown and "要先登录" not in shown


@pytest.mark.parametrize("path", ["/admin/desk/", "/employer/"])
def test_no_page_is_open_to_a_form_without_its_token(path):
    moderator = sign_in(Client(enforce_csrf_checks=True), make_moderator_user())
    shown = read_refusal(moderator.post(path, {}))
    assert "没有提交成功" in shown
    assert ("回后台首页" in shown) == path.startswith("/admin/")
