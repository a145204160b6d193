"""Owners see what they uploaded, each side of a card has its place, and a new name can be checked anew."""

import io
import re

import pytest
from django.test import Client
from PIL import Image

from accounts.employers.transitions import change_employer_status
from accounts.models import Employer, EmployerDocument, PaperLook
from accounts.verification.submission import list_missing_papers
from listings.models import Listing
from tests.accounts.registration import (
    build_pdf,
    build_registration_form,
    drawn_picture,
    prove_phone,
    upload_paper,
)
from tests.answers import read_body
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db
PAGE = "/employer/papers/"
FRONT, BACK = drawn_picture("front"), drawn_picture("BACK!")


def save_smaller(data):
    written = io.BytesIO()
    Image.open(io.BytesIO(data)).resize((450, 300)).save(written, "JPEG", quality=55)
    return written.getvalue()


@pytest.fixture
def shop(client):
    employer = make_employer(status="unverified", checks="", kind="person")
    user = make_person("owner")
    employer.memberships.create(user=user, role="owner")
    sign_in(client, user)
    return employer


def picture_address(document):
    return f"/employer/papers/{document.pk}/picture.jpg"


def test_both_sides_are_asked_for_and_each_has_one_place(client, shop):
    assert "身份证" in list_missing_papers(shop)
    assert upload_paper(client, FRONT, "id_card", side="front").url == PAGE
    assert "身份证国徽面" in list_missing_papers(shop) and "身份证" not in list_missing_papers(shop)
    assert upload_paper(client, BACK, "id_card", side="back").url == PAGE
    assert not [label for label in list_missing_papers(shop) if label.startswith("身份证")]
    other = drawn_picture("a newer one")
    upload_paper(client, other, "id_card", side="front")
    sides = shop.documents.filter(purged_at=None).values_list("side", flat=True)
    assert sorted(sides) == ["back", "front"], "a newer one takes the place"


@pytest.mark.parametrize("again", [FRONT, save_smaller(FRONT)], ids=["same", "smaller"])
def test_the_same_picture_on_both_sides_is_refused_in_words(client, shop, again):
    upload_paper(client, FRONT, "id_card", side="front")
    page = read_body(upload_paper(client, again, "id_card", side="back"))
    assert "人像面已经是这一张照片了，这里请传国徽面。" in page
    place = page[page.index('id="id_card-back"') :].partition('id="phone"')[0]
    assert "人像面已经是这一张照片了" in place, "at its place"
    assert shop.documents.count() == 1


@pytest.mark.parametrize(
    ("kind", "side"), [("id_card", ""), ("id_card", "left"), ("id_card", "front ")]
)
def test_a_card_without_a_side_is_not_taken(client, shop, kind, side):
    assert "请分开上传" in read_body(upload_paper(client, FRONT, kind, side=side))
    assert not EmployerDocument.objects.exists()


def test_a_card_of_before_the_two_places_still_counts(client, shop):
    upload_paper(client, FRONT, "id_card", side="front")
    shop.documents.update(side="")
    assert not [label for label in list_missing_papers(shop) if label.startswith("身份证")]
    assert read_body(client.get(PAGE)).count('name="side"') == 2


def test_the_owner_sees_at_once_what_was_sent_and_each_look_is_written_down(client, shop):
    page = read_body(upload_paper(client, FRONT, "id_card", side="front", follow=True))
    document = shop.documents.get()
    assert f'src="{picture_address(document)}"' in page
    look = PaperLook.objects.get()
    assert (look.document, look.viewer.email) == (document, "owner@example.com")
    answer = client.get(picture_address(document))
    assert "no-store" in answer["Cache-Control"] and answer["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.content)).width == 560
    assert PaperLook.objects.get().times == 1, "a GET writes nothing"


def test_a_paper_that_was_not_opened_is_not_shown(client, shop):
    upload_paper(client, build_pdf(), "id_card", side="front")
    document = shop.documents.get()
    PaperLook.objects.all().delete()
    page = read_body(client.get(PAGE))
    assert picture_address(document) not in page and f"/employer/papers/{document.pk}/open/" in page
    assert client.get(picture_address(document)).status_code == 403
    address = client.post(f"/employer/papers/{document.pk}/open/").url
    assert address == f"{PAGE}#id_card-front"
    page = read_body(client.get(PAGE))
    assert picture_address(document) in page and 'id="id_card-front"' in page
    assert PaperLook.objects.count() == 1


def test_each_id_stands_once_also_for_a_card_of_before_sides(client, shop):
    upload_paper(client, FRONT, "id_card", side="front")
    shop.documents.update(side="")
    ids = re.findall(r'\sid="([^"]+)"', read_body(client.get(PAGE)))
    assert len(ids) == len({*ids})


def test_nobody_but_owners_gets_the_picture(client, shop):
    upload_paper(client, FRONT, "id_card", side="front")
    document = shop.documents.get()
    recruiter = make_person("recruiter")
    shop.memberships.create(user=recruiter, role="recruiter")
    stranger = make_person("stranger")
    make_employer().memberships.create(user=stranger, role="owner")
    opening = f"/employer/papers/{document.pk}/open/"
    for user, answers in ((recruiter, (403, 403)), (stranger, (302, 404))):
        other = sign_in(Client(), user)
        statuses = other.post(opening).status_code, other.get(picture_address(document)).status_code
        assert statuses == answers, user.name
    assert PaperLook.objects.count() == 1
    assert picture_address(document) not in read_body(sign_in(Client(), recruiter).get(PAGE))
    client.post(f"/employer/papers/{document.pk}/remove/")
    assert client.get(picture_address(document)).status_code == 404


def test_a_card_with_one_side_says_which_is_missing_and_waits_once_it_was_submitted(client, shop):
    upload_paper(client, FRONT, "id_card", side="front")
    page = read_body(client.get(PAGE))
    assert "已传人像面，还缺国徽面" in page and "待核验" not in page
    upload_paper(client, BACK, "id_card", side="back")
    page = read_body(client.get(PAGE))
    assert "已上传，提交后核验" in page and "还缺国徽面" not in page and "待核验" not in page
    prove_phone(client)
    client.post(PAGE + "submit/")
    assert "已上传，待核验" in read_body(client.get(PAGE))


@pytest.mark.parametrize("reason", ["「派单」因涉诈下架，单位一起冻结：刷单", "两人说工钱没有结"])
def test_who_is_frozen_reads_nothing_untrue_and_may_appeal(client, shop, reason):
    change_employer_status(shop.pk, "frozen", None, reason)
    page = read_body(client.get(PAGE))
    assert "单位被冻结" in page and "正在核实" not in page and reason in page
    assert f"/appeal/employer/{shop.pk}/" in page


def test_who_was_refused_may_appeal(client, shop):
    change_employer_status(shop.pk, "pending", None)
    assert "/appeal/employer/" not in read_body(client.get(PAGE))
    change_employer_status(shop.pk, "rejected", None, "身份证看不清")
    page = read_body(client.get(PAGE))
    assert "身份证看不清" in page and f"/appeal/employer/{shop.pk}/" in page


def test_after_the_submission_it_says_what_follows_and_leads_on(client, shop):
    upload_paper(client, FRONT, "id_card", side="front")
    upload_paper(client, BACK, "id_card", side="back")
    prove_phone(client)
    page = read_body(client.post(f"{PAGE}submit/", follow=True))
    assert Employer.objects.get(pk=shop.pk).status == "pending"
    assert "审核员看材料" in page and 'href="/employer/">回招聘工作台' in page


def test_a_verified_one_asks_for_a_new_check_of_its_name(client):
    shop = make_employer(checks="LP")
    user = make_person("owner")
    shop.memberships.create(user=user, role="owner")
    sign_in(client, user)
    listing = make_listing(employer=shop)
    assert Listing.objects.live().filter(pk=listing.pk).exists()
    assert 'href="/employer/details/recheck/"' in read_body(client.get("/employer/details/"))
    page = client.get("/employer/details/recheck/")
    assert "要重新核对" in read_body(page)
    typed = build_registration_form(name="吉首新名小吃铺", kind=shop.kind, intro=shop.intro)
    answer = client.post("/employer/details/recheck/", typed)
    assert answer.status_code == 302, answer.context["form"].errors
    shop.refresh_from_db()
    assert (shop.status, shop.name) == ("lapsed", "吉首新名小吃铺")
    assert shop.public_name != "吉首新名小吃铺", "until the new one is checked"
    assert not Listing.objects.live().filter(pk=listing.pk).exists()
    assert "要重新核对" in read_body(client.get(PAGE)), "and the papers can be sent"
    assert shop.events.filter(action="lapsed").exists()


def test_while_it_is_reviewed_nothing_that_was_checked_is_changed(client, shop):
    Employer.objects.filter(pk=shop.pk).update(status="pending")
    assert client.get("/employer/details/recheck/").url == "/employer/details/"
    client.post("/employer/details/recheck/", build_registration_form(kind="person", name="别的"))
    assert Employer.objects.get(pk=shop.pk).name == shop.name
