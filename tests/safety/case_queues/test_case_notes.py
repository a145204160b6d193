"""Notes on a case, and the text in a row of the queue."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from listings.publication.transitions import move_listing
from safety.case_queues.text_excerpts import EXCERPT_LENGTH, render_excerpt
from safety.models import CaseNote
from safety.moderation.decisions import CASE_TYPES, make_decision
from safety.personal_data import erase
from tests.at_once import has_to_wait
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, make_pending_listing, waiting_text

QUEUE = "/admin/desk/listings/"


@pytest.mark.django_db
def test_a_note_stays_with_author_and_time_and_only_staff_read_it(client, mod, employer):
    case = make_pending_listing(employer, title="派发")
    owner = make_person("owner")
    employer.memberships.create(user=owner, role="owner")
    note_to = reverse("desk:listing_note", args=[case.pk])
    answer = client.post(note_to, {"words": "打过<b>座机</b>，没人接\n明天再打"})
    assert answer.url == reverse("desk:listing", args=[case.pk]) + "#notes"
    make_decision("listing", case.pk, "published", mod)
    client.logout()
    sign_in(client, make_moderator_user("second"))
    page = client.get(reverse("desk:listing", args=[case.pk])).content.decode()
    assert "打过&lt;b&gt;座机&lt;/b&gt;，没人接<br>明天再打" in page and "<b>mod</b>" in page
    client.logout()
    for address in (case.get_absolute_url(), reverse("listings:manage", args=[case.pk])):
        sign_in(client, owner)
        answer = client.get(address)
        assert answer.status_code == 200 and "座机" not in answer.content.decode()
    assert client.post(note_to, {"words": "我也写"}).status_code in (302, 403)
    assert CaseNote.objects.count() == 1
    erase(mod)
    assert CaseNote.objects.get().author is None


@pytest.mark.django_db
def test_a_second_press_keeps_one_note(client, mod, employer):
    case = make_pending_listing(employer)
    note_to = reverse("desk:listing_note", args=[case.pk])
    for words in ("没人接", "没人接", "接通了"):
        client.post(note_to, {"words": words})
    assert [note.words for note in CaseNote.objects.all()] == ["没人接", "接通了"]
    CaseNote.objects.update(created_at=timezone.now() - timedelta(hours=1))
    client.post(note_to, {"words": "没人接"})
    assert CaseNote.objects.count() == 3, "an hour later it is another call"


def test_of_two_presses_at_once_one_waits(committed, mod, employer):
    case = make_pending_listing(employer)
    signed_in = sign_in(Client(), mod)

    def press_save():
        signed_in.post(reverse("desk:listing_note", args=[case.pk]), {"words": "没人接"})

    with transaction.atomic():
        press_save()
        assert has_to_wait(press_save)
    press_save()
    assert CaseNote.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["", " ", "a\0b", "长" * 501])
def test_a_note_that_can_not_be_kept_is_said_at_its_field(client, mod, employer, words):
    case = make_pending_listing(employer)
    answer = client.post(reverse("desk:listing_note", args=[case.pk]), {"words": words})
    assert answer.status_code == 422 and answer.context["note_form"].errors["words"]
    assert not CaseNote.objects.exists()
    assert ("长" * 501 in answer.content.decode()) == (words == "长" * 501), "what was typed stays"


@pytest.mark.django_db
def test_a_row_counts_its_notes(client, mod, employer):
    case, other = make_pending_listing(employer), make_pending_listing(employer)
    for kind, number in (("listing", case.pk), ("listing", case.pk), ("text", other.pk)):
        CaseNote.objects.create(kind=kind, number=number, author=mod, words="看过")
    rows = {row.pk: row.note_count for row in client.get(QUEUE).context["rows"]}
    assert rows == {case.pk: 2, other.pk: 0}
    assert "备注 2" in client.get(QUEUE).content.decode()


def build_text_mark(text, words, field="duties"):
    start = text.index(words)
    return {"code": "x", "field": field, "start": start, "end": start + len(words), "reason": "y"}


@pytest.mark.django_db
def test_a_row_shows_the_text_that_waits_with_its_marks(client, mod, employer, publish):
    text = "在步行街<b>派发</b>传单，加微信领奖。"
    case = make_pending_listing(
        employer, title="新的", duties=text, signals=[build_text_mark(text, "加微信领奖")]
    )
    listing = publish(title="公开的", duties="介绍新口味。")
    edited = waiting_text(listing, title="公开的", duties="介绍新口味，先交押金。")
    held = publish(title="暂停的", duties="端盘子，收桌子。")
    move_listing(held.pk, "held", mod, "核实")
    shown = {row.pk: row.excerpt for row in client.get(QUEUE).context["rows"]}
    marked = (
        "在步行街&lt;b&gt;派发&lt;/b&gt;传单，"
        '<mark><span class="nb"><sup><b>1</b></sup>加</span>微信领奖</mark>。'
    )
    assert shown == {
        case.pk: marked,
        edited.pk: "介绍新口味，先交押金。",
        held.pk: "端盘子，收桌子。",
    }
    assert marked in client.get(QUEUE).content.decode()
    assert CASE_TYPES["listing"].find(case.pk)


def test_an_excerpt_is_where_something_was_found():
    start = "周末两天，" * 60
    text = f"{start}下班到店里扫码进群，工资群里发。{start}"
    excerpt = render_excerpt({"duties": text}, [build_text_mark(text, "扫码进群")])
    assert (
        excerpt.startswith("…")
        and excerpt.endswith("…")
        and "</sup>扫</span>码进群</mark>" in excerpt
    )
    assert len(excerpt) < EXCERPT_LENGTH + 70
    assert render_excerpt({"duties": text}, []) == f"{text[:EXCERPT_LENGTH]}…"
    needs = "要交押金"
    signals = [build_text_mark(needs, "押金", "requirements")]
    assert render_excerpt({"duties": "端盘子", "requirements": needs}, signals) == (
        '要交<mark><span class="nb"><sup><b>1</b></sup>押</span>金</mark>'
    )
    assert render_excerpt({"duties": "", "requirements": ""}, signals) == ""
