"""Colleagues who open what is not there stay among the pages of the staff; everybody else is led to the jobs."""

import pytest

from jobsite.me.personal_data import close_account
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db


def test_a_page_of_the_staff_that_is_not_there_offers_no_jobs(admin_client):
    closed = make_person("closed")
    close_account(closed.pk)
    for address in (
        f"/admin/people/{closed.pk}/off/",
        "/admin/requests/999999/",
        "/admin/nothing/",
    ):
        answer = admin_client.get(address)
        shown = answer.content.decode()
        assert answer.status_code == 404
        assert "没有这一页" in shown and 'href="/admin/">回后台首页' in shown
        assert "看兼职" not in shown


def test_everybody_else_sees_the_page_of_visitors(client, admin_client):
    assert "看兼职" in admin_client.get("/xiangxi/nothing/").content.decode()
    seeker = sign_in(client, make_person("seeker"))
    shown = seeker.get("/admin/requests/999999/", follow=True).content.decode()
    assert "回后台首页" not in shown


def test_what_is_gone_from_the_desk_leads_to_the_desk(client):
    address = "/employer/listings/999999/"
    assert "去工作台" not in client.get(address, follow=True).content.decode()
    sign_in(client, make_person("owner"))
    for answer in (client.get(address), client.post(f"{address}pause/")):
        shown = answer.content.decode()
        assert answer.status_code == 404
        assert "可能已经删掉了" in shown and 'href="/employer/">去工作台' in shown
