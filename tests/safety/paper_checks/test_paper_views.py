"""Papers are drawn by the site beside the case; each look is logged, and opens the page for a while."""

import io
from datetime import timedelta

import pypdfium2
import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import PaperLook, User
from accounts.verification.paper_pictures import build_mark
from accounts.verification.papers import purge_paper, store_paper
from tests.accounts.registration import build_pdf, build_picture_file
from tests.answers import read_body
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def mod(client):
    user = make_moderator_user(name="龙晓")
    sign_in(client, user)
    return user


@pytest.fixture
def shop():
    return make_employer("吉首晨光传媒", status="pending", checks="P")


def hand_in(shop, data):
    file = SimpleUploadedFile("paper", data)
    owner = User.objects.filter(name="owner").first() or make_person("owner")
    return store_paper(shop, "licence", file, owner)


def two_pages():
    document, written = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(595, 842)
    document.new_page(842, 595)
    document.save(written)
    return written.getvalue()


def press_look(client, paper, **data):
    return client.post(reverse("desk:paper_open", args=[paper.pk]), data)


def ask_picture(client, paper, **query):
    return client.get(reverse("desk:paper_picture", args=[paper.pk]), query)


def open_image(answer):
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
    return Image.open(io.BytesIO(answer.content))


def test_a_paper_is_seen_after_the_button_and_the_look_is_logged(client, mod, shop):
    paper = hand_in(shop, build_picture_file())
    frame = reverse("desk:employer_papers", args=[shop.pk])
    page = read_body(client.get(frame))
    assert "你没打开" in page and "还没有打开看过：营业执照" in page
    assert ask_picture(client, paper).status_code == 403
    assert "请再按一次「查看」" in read_body(client.get(frame, {"paper": paper.pk}))
    assert not PaperLook.objects.exists(), "a GET writes nothing"
    answer = press_look(client, paper)
    assert answer.status_code == 302 and answer.url.startswith(frame)
    look = PaperLook.objects.get()
    assert (look.document, look.viewer, look.page, look.times) == (paper, mod, 1, 1)
    assert client.get(frame).url == answer.url, "it is open when the case is shown again"
    page = read_body(client.get(answer.url))
    assert "你看过" in page and "龙晓 · 营业执照" in page and "还没有打开看过" not in page
    assert not shop.events.filter(actor=mod).exists(), "its case has not changed"
    picture_answer = ask_picture(client, paper)
    assert "no-store" in picture_answer["Cache-Control"]
    assert picture_answer.content != build_picture_file(), "the file itself is never sent"
    assert open_image(picture_answer).size == (1000, 667)


def test_looks_within_minutes_are_one_row_and_open_half_an_hour(client, mod, shop):
    paper = hand_in(shop, build_picture_file())
    press_look(client, paper)
    press_look(client, paper)
    assert PaperLook.objects.get().times == 2
    PaperLook.objects.update(last_at=timezone.now() - timedelta(minutes=6))
    assert ask_picture(client, paper).status_code == 200
    press_look(client, paper)
    assert PaperLook.objects.count() == 2
    PaperLook.objects.update(last_at=timezone.now() - timedelta(minutes=31))
    assert ask_picture(client, paper).status_code == 403


def test_another_moderator_has_to_press_too(client, mod, shop):
    paper = hand_in(shop, build_picture_file())
    press_look(client, paper)
    other = sign_in(Client(), make_moderator_user("other"))
    assert ask_picture(other, paper).status_code == 403


def test_zoom_and_turn_are_choices_of_the_address(client, mod, shop):
    paper = hand_in(shop, build_picture_file())
    page = read_body(client.get(press_look(client, paper).url))
    assert "zoom=2&amp;turn=0" in page and "zoom=1&amp;turn=90" in page
    assert open_image(ask_picture(client, paper, zoom=2)).width == 1700
    assert open_image(ask_picture(client, paper, turn=90)).size == (667, 1000)
    for wrong in ({"zoom": 9}, {"turn": 45}, {"zoom": "x"}, {"page": "99999999999999999999"}):
        assert open_image(ask_picture(client, paper, **wrong)).size == (1000, 667)
    assert ask_picture(client, paper, page=2).status_code == 403, "not looked at"


def test_each_page_of_a_pdf_is_opened_by_itself(client, mod, shop):
    paper = hand_in(shop, two_pages())
    page = read_body(client.get(press_look(client, paper).url))
    assert "第 2 页" in page
    assert open_image(ask_picture(client, paper)).size == (1000, 1416)
    assert ask_picture(client, paper, page=2).status_code == 403
    press_look(client, paper, page=2)
    assert open_image(ask_picture(client, paper, page=2)).size == (1000, 707)
    press_look(client, paper, page=3)
    assert not PaperLook.objects.filter(page=3).exists()


def test_a_pdf_that_cannot_be_drawn_is_never_seen(client, mod, shop):
    paper = hand_in(shop, build_pdf())
    answer = client.post(reverse("desk:paper_open", args=[paper.pk]), follow=True)
    assert "这份 PDF 画不出来" in read_body(answer)
    assert not PaperLook.objects.exists()


def test_the_mark_names_viewer_and_time_in_the_points(client, mod, shop):
    mark = build_mark(mod)
    assert mark.startswith(f"longxiao No.{mod.pk} 20")
    paper = hand_in(shop, build_picture_file())
    press_look(client, paper)
    image = open_image(ask_picture(client, paper)).convert("L")
    assert len(set(image.resize((60, 40)).tobytes())) > 5, "a plain picture is plain no more"


def test_nobody_else_gets_it(client, shop):
    paper = hand_in(shop, build_picture_file())
    addresses = [
        reverse("desk:employer_papers", args=[shop.pk]),
        reverse("desk:paper_picture", args=[paper.pk]),
    ]
    staff = make_person("staff", is_staff=True)
    staff.user_permissions.set(
        Permission.objects.filter(codename__in=["add_decision", "view_employer"])
    )
    for user, status in ((None, 302), (paper.uploaded_by, 302), (staff, 403)):
        visitor = sign_in(Client(), user) if user else Client()
        for address in addresses:
            assert visitor.get(address).status_code == status
        assert press_look(visitor, paper).status_code == status
    assert not PaperLook.objects.exists()


def test_what_was_purged_is_gone(client, mod, shop, django_capture_on_commit_callbacks):
    paper = hand_in(shop, build_picture_file())
    press_look(client, paper)
    with django_capture_on_commit_callbacks(execute=True):
        purge_paper(paper)
    assert ask_picture(client, paper).status_code == 404
    assert press_look(client, paper).status_code == 404


def test_it_stands_in_the_frame_of_the_case_alone(client, mod, shop):
    answer = client.get(reverse("desk:employer_papers", args=[shop.pk]))
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    hand_in(shop, build_picture_file())
    case = client.get(reverse("desk:employer", args=[shop.pk]))
    assert case["X-Frame-Options"] == "DENY"
    assert reverse("desk:employer_papers", args=[shop.pk]) in case.content.decode()


def test_many_papers_take_no_more_queries(client, mod, shop, django_assert_max_num_queries):
    for width in (900, 910, 920):
        press_look(client, hand_in(shop, build_picture_file(width)))
    PaperLook.objects.update(last_at=timezone.now() - timedelta(hours=1))
    # session, user, factor, own and groups' permissions, employer, papers, times, present kinds,
    # unseen papers, an open look, looks, counts of the desk
    with django_assert_max_num_queries(14):
        client.get(reverse("desk:employer_papers", args=[shop.pk]))


def test_the_admin_leads_to_the_case_and_to_no_file(shop):
    paper = hand_in(shop, build_picture_file())
    client = sign_in(Client(), make_person("boss", is_staff=True, is_superuser=True))
    page = read_body(client.get(reverse("admin:accounts_employer_change", args=[shop.pk])))
    assert reverse("desk:employer", args=[shop.pk]) in page
    assert client.get(f"/admin/accounts/employer/papers/{paper.pk}/").status_code in (302, 404)
