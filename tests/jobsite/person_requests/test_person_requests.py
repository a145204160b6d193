"""The operator exports or erases an account on request: with a reason, and told."""

import io
import zipfile

import pytest

from accounts.models import User
from tests.people import make_person

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
    for close in answer._resource_closers:
        close()
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
    assert "seeker@example.com" not in shown


def test_colleagues_keep_their_accounts_until_their_rights_are_taken(admin_client, admin_user):
    page = f"{ADDRESS}{admin_user.pk}/"
    answer = admin_client.post(
        page, {"deed": "erase", "reason": "试一试行不行", "sure": "on"}, follow=True
    ).content.decode()
    assert "先收回后台权限" in answer
    assert not User.objects.get(pk=admin_user.pk).closed_at
