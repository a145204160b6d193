"""A case packed for the police: asked twice, written down, and no more in it than it needs."""

import json
import re
import zipfile

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from safety.evidence.pack_verification import find_pack_faults
from safety.evidence.person_pack import build_person_pack
from safety.evidence.police_pack import build_police_pack
from safety.models import CaseExport, Warned
from safety.moderation.permissions import ensure_moderator_group
from safety.reports.submission import submit_report
from screening.fraud_types import FraudType
from sitekit.models import Mail
from tests.conftest import build_listing_publisher, tea_shop
from tests.daily_tests import mark_each
from tests.databases import read_anew
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user
from tests.safety.fraud_removals import (
    read_zip_files,
    record_contact_reveal,
    remove_listing_for_fraud,
    sign_up,
)

pytestmark = pytest.mark.django_db
ASKED = {"to": "吉首市公安局", "reason": "立案协查 2026-1", "sure": "on"}


@pytest.fixture(scope="module")
def fraud(module_rows):
    """(a listing, a moderator, who acts for the employer)"""
    shop, owner = tea_shop(), make_person("owner")
    shop.memberships.create(user=owner, role="owner")
    fields = {"contact_phone": "13900001111", "duties": "先垫后返。"}
    return build_listing_publisher(shop)(title="在家点赞", **fields), make_moderator_user(), owner


@pytest.fixture(scope="module")
def opened(fraud):
    listing, mod, _owner = fraud
    words, reporter = "让我先垫三百", make_person("reporter")
    submit_report(
        listing=listing, reason="brushing", words=words, user=reporter, email="", marks=[]
    )
    record_contact_reveal(listing, make_person("seeker", phone="+8613500005555"))
    record_contact_reveal(listing, email="visitor@example.com")
    sign_up(listing, make_person("worker"), phone="+8613400004444")
    return remove_listing_for_fraud(listing, mod)


@pytest.fixture
def listing(fraud):
    return read_anew(fraud[0])


@pytest.fixture
def mod(fraud):
    return read_anew(fraud[1])


@pytest.fixture
def owner(fraud):
    return read_anew(fraud[2])


@pytest.fixture
def case(opened):
    return read_anew(opened)


def export_case_files(by, case, **more):
    client = sign_in(Client(), by)
    response = client.post(f"/admin/desk/frauds/{case.pk}/export/", ASKED | more)
    assert response.status_code == 302
    row = CaseExport.objects.get()
    return read_zip_files(client.get(f"/admin/desk/frauds/exports/{row.pk}/pack/"))


def test_a_fraud_of_no_named_kind_is_called_what_those_who_were_warned_read(listing, mod):
    record_contact_reveal(listing, email="visitor@example.com")
    case = remove_listing_for_fraud(listing, mod, fraud_type=FraudType.OTHER)
    warned = Warned.objects.get()
    warning = Mail.objects.get(key__startswith=warned.key).text
    assert "它是骗局" in warning
    with build_person_pack(warned) as packed, zipfile.ZipFile(packed) as pack:
        pack_text = "\n".join(
            pack.read(name).decode() for name in pack.namelist() if "text" not in name
        )
        assert "核实后因涉诈（骗局）下架" in pack_text and '"label": "骗局"' in pack_text
    assert json.loads(export_case_files(mod, case)["case.json"])["label"] == "骗局"
    client = sign_in(Client(), mod)
    desk = [
        client.get(f"/admin/desk/{path}").content.decode()
        for path in ("frauds/", f"frauds/{case.pk}/", f"listings/{listing.pk}/graph/")
    ]
    assert [
        name for page in (pack_text, *desk) for name in re.findall("[·>（：] *其他[ <）]", page)
    ] == []
    assert all("骗局" in page for page in desk)


def test_pages_name_a_fraud_by_a_property_that_knows_what_is_left_over():
    """`get_fraud_type_display` says 其他 of it, which tells nobody what happened."""
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    assert [path.name for path in templates if "get_fraud_type_display" in path.read_text()] == []


def test_it_holds_all_the_site_knows_of_the_case(case, mod, listing, owner):
    got = export_case_files(mod, case)
    facts = json.loads(got["case.json"])
    assert (facts["label"], facts["contact_shown"], facts["signed_up"]) == ("刷单返利", 2, 1)
    text = listing.revisions.get().pk
    assert "13900001111" in got[f"text-{text}.txt"].decode("utf-8-sig")
    actions = [event["action"] for event in json.loads(got["events.json"])["listing"]]
    assert actions == ["publish", "removed_fraud"]
    employer = json.loads(got["employer.json"])
    assert employer["name"] == listing.employer.name
    assert employer["members"][0]["email"] == owner.email
    assert json.loads(got["reports.json"])[0]["words"] == "让我先垫三百"
    assert len(got["ledger.csv"].decode("utf-8-sig").splitlines()) == 1 + 3


def test_who_reported_and_who_was_warned_is_not_in_it(case, mod):
    everything = b"".join(export_case_files(mod, case).values())
    for word in ("reporter", "visitor@", "seeker@", "worker@", "13500005555", "13400004444"):
        assert word.encode() not in everything, word


def test_the_people_come_in_a_file_of_their_own_where_an_admin_ticks_it(case):
    admin = make_person("admin", is_staff=True, is_superuser=True)
    got = export_case_files(admin, case, with_people="on")
    people = got.pop("people.csv").decode("utf-8-sig")
    for word in ("visitor@example.com", "+8613500005555", "+8613400004444"):
        assert word in people
    rest = b"".join(got.values())
    assert b"visitor@" not in rest and b"13400004444" not in rest


def test_a_moderator_cannot_tick_it(case, mod):
    assert "people.csv" not in export_case_files(mod, case, with_people="on")
    assert CaseExport.objects.get().with_people is False


def test_who_is_no_admin_any_more_takes_no_people(case):
    admin = make_person("admin", is_staff=True, is_superuser=True)
    export_case_files(admin, case, with_people="on")
    ensure_moderator_group().user_set.add(admin)
    User.objects.filter(pk=admin.pk).update(is_superuser=False)
    client = sign_in(Client(), User.objects.get(pk=admin.pk))
    pack = reverse("desk:fraud_export_pack", args=[CaseExport.objects.get().pk])
    assert client.get(pack).status_code == 404
    assert pack not in client.get(reverse("desk:fraud", args=[case.pk])).content.decode()


def test_it_is_written_down_who_took_it_for_whom_and_why(case, mod):
    export_case_files(mod, case)
    row = CaseExport.objects.get()
    assert (row.by, row.to, row.reason) == (mod, "吉首市公安局", "立案协查 2026-1")
    page = sign_in(Client(), make_moderator_user("other")).get(f"/admin/desk/frauds/{case.pk}/")
    assert "吉首市公安局" in page.content.decode()


@pytest.mark.parametrize("missing", ["to", "reason", "sure"])
def test_without_an_answer_nothing_is_packed(case, mod, missing):
    client = sign_in(Client(), mod)
    data = {name: value for name, value in ASKED.items() if name != missing}
    response = client.post(f"/admin/desk/frauds/{case.pk}/export/", data)
    assert response.status_code == 422 and not CaseExport.objects.exists()
    assert all(value in response.content.decode() for value in data.values() if value != "on")


def test_looking_packs_nothing(case, mod):
    client = sign_in(Client(), mod)
    assert client.get(f"/admin/desk/frauds/{case.pk}/export/").status_code == 200
    assert not CaseExport.objects.exists()


def test_pressed_twice_it_is_one(case, mod):
    client = sign_in(Client(), mod)
    for _ in range(2):
        client.post(f"/admin/desk/frauds/{case.pk}/export/", ASKED)
    assert CaseExport.objects.count() == 1


def test_nobody_else_downloads_it_and_nobody_the_day_after(case, mod):
    mine = sign_in(Client(), mod)
    mine.post(f"/admin/desk/frauds/{case.pk}/export/", ASKED)
    address = f"/admin/desk/frauds/exports/{CaseExport.objects.get().pk}/pack/"
    assert sign_in(Client(), make_moderator_user("other")).get(address).status_code == 404
    assert "下载 ZIP" in mine.get(f"/admin/desk/frauds/{case.pk}/").content.decode()
    CaseExport.objects.update(created_at="2026-01-01T00:00Z")
    assert mine.get(address).status_code == 404
    assert "下载 ZIP" not in mine.get(f"/admin/desk/frauds/{case.pk}/").content.decode()


def test_it_is_signed(case, mod, tmp_path):
    row = case.exports.create(by=mod, to="x", reason="y")
    path = tmp_path / "case.zip"
    with build_police_pack(row) as packed:
        path.write_bytes(packed.read())
    assert find_pack_faults(path) == []
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("manifest.json"))["export"] == row.pk


@pytest.mark.parametrize("sign", mark_each(2, "=-@＝－＠＋+"))
def test_a_name_that_is_a_formula_is_none_for_a_spreadsheet(listing, mod, sign):
    seeker = make_person("x")
    sign_up(listing, seeker)
    seeker.applications.update(profile={"name": f"{sign}HYPERLINK(1)", "phone": "+8613400004444"})
    case = remove_listing_for_fraud(listing, mod)
    admin = make_person("admin", is_staff=True, is_superuser=True)
    people = export_case_files(admin, case, with_people="on")["people.csv"].decode("utf-8-sig")
    assert f"'{sign}HYPERLINK(1),+8613400004444" in people


def test_the_list_of_cases_names_each_with_a_number_of_queries_that_stays(
    publish, mod, django_assert_num_queries
):
    for n in range(3):
        remove_listing_for_fraud(publish(title=f"坏的 {n}"), mod)
    client = sign_in(Client(), mod)
    client.get("/admin/desk/frauds/")
    with django_assert_num_queries(8):
        # session, person, second factor, permissions of person and group, own employers, counts, cases
        page = client.get("/admin/desk/frauds/").content.decode()
    assert all(f"坏的 {n}" in page for n in range(3))
