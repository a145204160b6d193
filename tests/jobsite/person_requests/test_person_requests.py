"""The operator exports or erases an account on request: with a reason, and told."""

import html
import io
import re
import zipfile

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from accounts.models import Notice, User
from listings.publication.transitions import move_listing
from sitekit.models import Mail, TextMessage
from tests.accounts.staff.test_roles import make_colleague
from tests.people import make_person, sign_in
from tests.safety.fraud_removals import sign_up
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/requests/"


def test_a_person_is_found_by_what_belongs_to_him(admin_client):
    seeker = make_person("seeker", phone="+8613787430000")
    page = f"{ADDRESS}{seeker.pk}/"
    assert "没有这个账号" in admin_client.post(ADDRESS, {"who": "13700000000"}).content.decode()
    for typed in ("137 8743 0000", "Seeker@example.com", str(seeker.pk)):
        assert admin_client.post(ADDRESS, {"who": typed})["Location"] == page, typed
    assert "写一句为什么" in admin_client.post(page, {"deed": "erase"}).content.decode()
    assert not User.objects.get(pk=seeker.pk).closed_at
    assert f"/admin/people/{seeker.pk}/off/" in admin_client.get(page).content.decode()


def test_data_are_exported_and_erased_for_who_asks(admin_client):
    seeker = make_person("seeker")
    page = f"{ADDRESS}{seeker.pk}/"
    answer = admin_client.post(page, {"deed": "export", "reason": "来信要求，核过证件"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as archive:
        assert "说明.txt" in archive.namelist()
    end_download(answer)
    assert "来信要求" in admin_client.get(page).content.decode()
    erase = {"deed": "erase", "reason": "本人要求"}
    assert "先勾上这一句" in admin_client.post(page, erase).content.decode()
    assert not User.objects.get(pk=seeker.pk).closed_at, "one press is not enough"
    assert admin_client.post(page, erase | {"sure": "on"}).status_code == 302
    closed = User.objects.get(pk=seeker.pk)
    assert closed.closed_at
    shown = admin_client.get(page).content.decode()
    assert "账号已经注销" in shown
    assert "本人要求" in shown
    assert f"个人的请求：编号 {seeker.pk}" in shown, "no name is left for the heading"
    assert "seeker@example.com" not in shown


def end_download(answer):
    """Without the signal of `close`, which closes the connection to the database."""
    for close in answer._resource_closers:
        close()


def test_whose_data_were_handed_out_hears_of_it(admin_client, admin_user):
    """Somebody else may have asked in their name."""
    seeker = make_person("seeker", phone="+8613787430000", phone_proved_at=timezone.now())
    for person in (seeker, admin_user):
        form = {"deed": "export", "reason": "来信要求，核过证件"}
        end_download(admin_client.post(f"{ADDRESS}{person.pk}/", form))
    notice = Notice.objects.get()
    assert (notice.user, notice.title) == (seeker, "数据由工作人员导出了一份")
    assert "不是你要求的" in notice.text and "来信" not in notice.text
    assert Mail.objects.get().to == seeker.email
    assert "数据由工作人员导出了一份" in TextMessage.objects.get(to=seeker.phone).text


@pytest.mark.parametrize("deed", ["export", "withdraw", "erase"])
def test_what_is_asked_on_an_old_page_of_a_closed_account_is_not_done(admin_client, deed):
    seeker = make_person("seeker")
    post_erasure(admin_client, seeker)
    page = f"{ADDRESS}{seeker.pk}/"
    records = LogEntry.objects.count()
    form = {"deed": deed, "reason": "又点了一次", "sure": "on", "sure_to_withdraw": "on"}
    answer = admin_client.post(page, form, follow=True)
    end_download(answer)
    shown = answer.getvalue().decode(errors="replace")
    assert "账号已经注销了，没有什么可办的" in shown
    assert LogEntry.objects.count() == records


def test_colleagues_keep_their_accounts_until_their_rights_are_taken(admin_client, admin_user):
    answer = post_erasure(admin_client, admin_user)
    assert answer.count("先收回后台权限") == 1
    assert f'href="/admin/team/{admin_user.pk}/"' in answer
    assert "不能自己注销" not in answer, "that is meant for the colleague"
    assert not User.objects.get(pk=admin_user.pk).closed_at


def post_erasure(client, person):
    erase = {"deed": "erase", "reason": "本人来电要求", "sure": "on"}
    return client.post(f"{ADDRESS}{person.pk}/", erase, follow=True).content.decode()


def test_what_stands_in_the_way_is_said_once_with_a_way_there(admin_client, owner, publish):
    listing = publish()
    page = f"{ADDRESS}{owner.pk}/"
    for shown in (admin_client.get(page).content.decode(), post_erasure(admin_client, owner)):
        assert shown.count("名下还有 1 条兼职在招人、待审或核查中") == 1
        assert "你名下" not in shown
        assert 'value="erase"' not in shown and 'name="sure"' not in shown
        assert 'value="export"' in shown, "which goes on"
        rows = html.unescape(re.search(r'<li>名下.*?href="([^"]+)"', shown)[1])
    assert listing.title in admin_client.get(rows).content.decode()
    move_listing(listing.pk, "withdrawn", owner)
    assert 'value="erase"' in admin_client.get(page).content.decode()
    post_erasure(admin_client, owner)
    assert User.objects.get(pk=owner.pk).closed_at


def test_an_operator_is_led_only_where_the_role_may_go(client, owner, publish):
    publish()
    helper = make_person("helper")
    owner.memberships.get().employer.memberships.create(user=helper, role="recruiter")
    sign_in(client, make_colleague("operator", "operator"))
    shown = client.get(f"{ADDRESS}{owner.pk}/").content.decode()
    assert "唯一的负责人：请本人先让另一位成员当负责人" in shown
    assert "/admin/accounts/employer/" not in shown
    helper.memberships.all().delete()
    obstacle = client.get(f"{ADDRESS}{owner.pk}/").content.decode().partition("<li>名下")[2]
    assert f'href="/admin/people/{owner.pk}/off/"' in obstacle.partition("</li>")[0]


def test_an_operator_withdraws_listings_for_who_asks(client, owner, publish):
    listing, held = publish(title="奶茶店员"), publish(title="传单")
    move_listing(held.pk, "held", None, "有人说要押金")
    seeker = make_person("seeker")
    sign_up(listing, seeker)
    sign_in(client, make_colleague("operator", "operator"))
    page = f"{ADDRESS}{owner.pk}/"
    assert "有 1 条能撤回" in client.get(page).content.decode()
    form = {"deed": "withdraw", "reason": "本人来电，核过身份"}
    assert "撤回了不能恢复：先勾上" in client.post(page, form).content.decode()
    shown = client.post(page, form | {"sure_to_withdraw": "on"}, follow=True).content.decode()
    assert "撤回 1 条兼职" in shown and "本人来电，核过身份" in shown
    listing.refresh_from_db()
    held.refresh_from_db()
    assert (listing.status, held.status) == ("withdrawn", "held"), "that a moderator decides"
    assert listing.events.first().reason == "本人来电，核过身份"
    assert Notice.objects.filter(user=seeker, title="招聘单位撤回了：奶茶店员").exists()
    notice = Notice.objects.get(user=owner, title="工作人员替你撤回了 1 条兼职")
    assert notice.address == f"/employer/?employer={listing.employer_id}"
    assert 'value="withdraw"' not in client.get(page).content.decode()
    answer = client.post(page, form | {"sure_to_withdraw": "on"})
    twice = answer.content.decode()
    assert answer.status_code == 409 and "没有可以撤回的兼职了" in twice
    assert form["reason"] in twice, "what was typed stays"


def test_an_operator_withdraws_no_listing_elsewhere_or_of_who_has_colleagues(
    client, owner, publish, place
):
    listing = publish()
    shop = owner.memberships.get().employer
    make_employer("朝阳面馆", member=owner, region="beijing")
    form = {"deed": "withdraw", "reason": "本人来电", "sure_to_withdraw": "on"}
    sign_in(client, make_colleague("local", "operator", [place("beijing")]))
    client.post(f"{ADDRESS}{owner.pk}/", form)
    shop.memberships.create(user=make_person("helper"), role="recruiter")
    sign_in(client, make_colleague("operator", "operator"))
    client.post(f"{ADDRESS}{owner.pk}/", form)
    listing.refresh_from_db()
    assert listing.status == "published"


def test_an_operator_of_a_place_reads_no_employer_elsewhere(client, owner, publish, place):
    publish()
    shop = owner.memberships.get().employer
    shop.memberships.create(user=make_person("helper"), role="recruiter")
    make_employer("朝阳面馆", member=owner, region="beijing")
    sign_in(client, make_colleague("local", "operator", [place("beijing")]))
    page = client.get(f"{ADDRESS}{owner.pk}/").content.decode()
    assert "朝阳面馆" in page and shop.name not in page
    assert "有一家单位不在你负责的地区，那边也要先办完" in page
    assert "还有单位不在你负责的地区" in page
    sign_in(client, make_colleague("operator", "operator"))
    page = client.get(f"{ADDRESS}{owner.pk}/").content.decode()
    assert "朝阳面馆" in page and shop.name in page
    assert "还有单位不在你负责的地区" not in page


def test_an_operator_of_a_place_reaches_only_the_people_of_its_employers(client, owner, place):
    near = make_person("near", phone="+8613787430000")
    make_employer("朝阳面馆", member=near, region="beijing")
    sign_in(client, make_colleague("local", "operator", [place("beijing")]))
    for typed in (owner.email, "13700000000"):
        answer = client.post(ADDRESS, {"who": typed}).content.decode()
        assert "你负责的地区里没有这个账号" in answer, "whether there is one or not"
    page = f"{ADDRESS}{owner.pk}/"
    assert client.get(page).status_code == 404
    assert client.post(page, {"deed": "export", "reason": "来信要求"}).status_code == 404
    assert client.post(ADDRESS, {"who": "137 8743 0000"})["Location"] == f"{ADDRESS}{near.pk}/"
    assert "账号注销了" in post_erasure(client, near)
    assert User.objects.get(pk=near.pk).closed_at


def test_nobody_is_erased_without_a_record_of_it(admin_client, monkeypatch):
    seeker = make_person("seeker")

    def fail(*_arguments):
        raise ConnectionError

    monkeypatch.setattr("jobsite.person_requests.views.record_change", fail)
    with pytest.raises(ConnectionError):
        post_erasure(admin_client, seeker)
    assert not User.objects.get(pk=seeker.pk).closed_at


def test_an_operator_takes_nothing_out_of_an_account_above(client, publish, employer):
    boss = make_person("boss", is_staff=True, is_superuser=True)
    employer.memberships.all().delete()
    employer.memberships.create(user=boss, role="owner")
    listing = publish()
    sign_in(client, make_colleague("operator", "operator"))
    for deed in ("export", "withdraw"):
        form = {"deed": deed, "reason": "本人来电，核过身份", "sure_to_withdraw": "on"}
        answer = client.post(f"{ADDRESS}{boss.pk}/", form, follow=True)
        assert "只有管理员能改" in answer.content.decode(), deed
    listing.refresh_from_db()
    assert listing.status == "published"
    colleague = make_colleague("helper")
    form = {"deed": "export", "reason": "本人来电，核过身份"}
    answer = client.post(f"{ADDRESS}{colleague.pk}/", form)
    assert answer["Content-Type"] == "application/zip"
    answer.close()
