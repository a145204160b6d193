"""What an employer writes of itself goes through the gate; what was public stays so meanwhile."""

import pytest

from accounts.employers.registration import RegistrationRefused, correct_employer
from accounts.models import Employer, Notice, PublicText
from accounts.public_text.judgement import JudgementRules, judge_public_text, quote_words
from accounts.public_text.submission import submit_public_text
from accounts.public_text.transitions import (
    TextMoveRefused,
    approve_public_text,
    find_waiting_text,
    refuse_public_text,
    supersede_waiting_text,
    undo_public_text_event,
)
from tests.accounts.registration import build_registration_form, post_registration
from tests.answers import read_body
from tests.at_once import at_once
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
INTRO = "employer_intro"
OLD, NEW = "做米粉的小店。", "做米粉和凉面的小店，在步行街口。"
CONTACT, FEE = "老街上做米粉的小店，加微信 mifen2024 订粉。", "做米粉的小店，入职先交押金200元。"
DETAILS = "/employer/details/"


@pytest.fixture
def boss(employer):
    owner = make_person("boss")
    employer.memberships.create(user=owner, role="owner")
    Employer.objects.filter(pk=employer.pk).update(intro=OLD)
    employer.refresh_from_db()
    return owner


@pytest.fixture
def moderator(db):
    return make_person("moderator", is_staff=True)


def submit_intro(employer, author, intro):
    return submit_public_text(INTRO, employer.pk, {"intro": intro}, author)


def get_intro(employer):
    return Employer.objects.values_list("intro", flat=True).get(pk=employer.pk)


def list_versions(employer):
    texts = PublicText.objects.filter(kind=INTRO, subject=employer.pk).order_by("pk")
    return [(text.values["intro"], text.status) for text in texts]


def save_details(client, intro, **other):
    data = {"contact_name": "小田", "intro": intro} | other
    return client.post(DETAILS, data, follow=True)


def test_harmless_words_are_public_at_once(client, employer, boss):
    answer = save_details(sign_in(client, boss), NEW)
    assert "已保存" in read_body(answer)
    assert get_intro(employer) == NEW
    text = PublicText.objects.get()
    assert (text.status, text.replaced) == ("approved", {"intro": OLD})
    event = text.events.get()
    assert (event.action, event.before, event.actor) == ("publish", "", None)
    assert employer.events.order_by("-pk").first().reason == "改了：联系人、介绍"
    assert not Notice.objects.exists()


def test_doubtful_words_wait_and_the_old_ones_stay(client, employer, boss):
    answer = save_details(sign_in(client, boss), CONTACT)
    assert "审核员看过再公开" in read_body(answer)
    assert get_intro(employer) == OLD
    text = PublicText.objects.get()
    (reason,) = text.reasons
    assert "mifen2024" in reason["words"] and "介绍里不写联系方式" in reason["cure"]
    (signal,) = [s for s in text.signals if s["code"].startswith("contact_evasion")]
    assert CONTACT[signal["start"] : signal["end"]] == "加微信 mifen2024"
    assert signal["field"] == "intro"
    notice = Notice.objects.get(user=boss)
    assert "在等审核" in notice.title and "公开的还是原来的" in notice.text
    form = client.get(DETAILS)
    assert "新的介绍在等审核" in read_body(form) and CONTACT in read_body(form)


def test_the_public_pages_show_the_old_words_while_the_new_wait(client, employer, boss, publish):
    listing = publish()
    submit_intro(employer, boss, CONTACT)
    for address in (f"/employers/{employer.pk}/", listing.get_absolute_url()):
        page = client.get(address).content.decode()
        assert OLD in page and "mifen2024" not in page
    approve_public_text(PublicText.objects.get().pk, boss)
    page = client.get(f"/employers/{employer.pk}/").content.decode()
    assert page.count(CONTACT) == 2  # the page and its JSON-LD


def test_a_stop_is_an_error_at_the_field_and_changes_nothing(client, employer, boss):
    submit_intro(employer, boss, CONTACT)
    answer = save_details(sign_in(client, boss), FEE, contact_name="大田")
    assert answer.status_code == 200 and FEE in read_body(answer)
    error = answer.context["form"].errors["intro"][0]
    assert "入职先交押金" in error and "不能向求职者收" in error
    employer.refresh_from_db()
    assert (employer.intro, employer.contact_name) == (OLD, employer.contact_name)
    assert employer.contact_name != "大田"
    assert list_versions(employer) == [(CONTACT, "waiting"), (FEE, "refused")]


def test_what_did_not_change_makes_nothing(client, employer, boss):
    sign_in(client, boss)
    save_details(client, f"  {OLD} ", contact_name=employer.contact_name or "小田")
    assert not PublicText.objects.exists()
    submit_intro(employer, boss, CONTACT)
    save_details(client, CONTACT)
    assert list_versions(employer) == [(CONTACT, "waiting")]


def test_a_newer_version_takes_the_place_of_the_one_that_waits(employer, boss):
    submit_intro(employer, boss, CONTACT)
    submit_intro(employer, boss, f"{CONTACT}再来。")
    submit_intro(employer, boss, NEW)
    assert [status for _, status in list_versions(employer)] == [
        "superseded",
        "superseded",
        "approved",
    ]
    assert get_intro(employer) == NEW


def test_who_goes_back_to_what_is_public_withdraws_what_waits(employer, boss):
    submit_intro(employer, boss, CONTACT)
    assert submit_intro(employer, boss, OLD) is None
    assert list_versions(employer) == [(CONTACT, "superseded")]


def test_a_moderator_decides_once_and_gives_a_reason(employer, boss, moderator):
    text = submit_intro(employer, boss, CONTACT)
    with pytest.raises(TextMoveRefused, match="要写明原因"):
        refuse_public_text(text.pk, moderator, " ")
    refuse_public_text(text.pk, moderator, "微信号请去掉。")
    assert get_intro(employer) == OLD
    with pytest.raises(TextMoveRefused, match="未通过"):
        approve_public_text(text.pk, moderator)


def test_an_undone_approval_brings_back_what_stood_there(employer, boss, moderator):
    event = approve_public_text(submit_intro(employer, boss, CONTACT).pk, moderator)
    assert get_intro(employer) == CONTACT
    undo_public_text_event(event.pk, moderator)
    assert get_intro(employer) == OLD
    text = find_waiting_text(INTRO, employer.pk)
    assert (text.decided_at, text.replaced) == (None, {})


def test_nothing_is_undone_once_something_newer_came(employer, boss, moderator):
    event = refuse_public_text(submit_intro(employer, boss, CONTACT).pk, moderator, "去掉")
    submit_intro(employer, boss, f"{CONTACT}再来。")
    with pytest.raises(TextMoveRefused, match="之后又有别的处理"):
        undo_public_text_event(event.pk, moderator)
    supersede_waiting_text(INTRO, employer.pk, boss)
    event = approve_public_text(submit_intro(employer, boss, CONTACT).pk, moderator)
    submit_intro(employer, boss, NEW)
    with pytest.raises(TextMoveRefused, match="之后又有别的处理"):
        undo_public_text_event(event.pk, moderator)
    assert get_intro(employer) == NEW


def test_two_submissions_at_once_leave_one_that_waits(committed, employer, boss):
    texts = (CONTACT, f"{CONTACT}再来。")
    results = at_once(*(lambda t=t: submit_intro(employer, boss, t) for t in texts))
    assert all(isinstance(result, PublicText) for result in results)
    assert sorted(status for _, status in list_versions(employer)) == ["superseded", "waiting"]


def test_the_same_submission_twice_at_once_is_one(committed, employer, boss):
    results = at_once(*[lambda: submit_intro(employer, boss, CONTACT)] * 2)
    assert results.count(None) == 1
    assert list_versions(employer) == [(CONTACT, "waiting")]


def test_a_new_employer_comes_with_its_words_or_not_at_all(client):
    sign_in(client, make_person("keeper"))
    assert "入职先交押金" in read_body(post_registration(client, intro=FEE))
    assert not Employer.objects.exists() and not PublicText.objects.exists()
    post_registration(client, intro=CONTACT)
    shop = Employer.objects.get()
    assert shop.intro == "" and list_versions(shop) == [(CONTACT, "waiting")]


def test_an_employer_that_is_not_verified_changes_all_or_nothing(client):
    sign_in(client, make_person("keeper"))
    post_registration(client)
    shop = Employer.objects.get()
    with pytest.raises(RegistrationRefused, match="入职先交押金") as refused:
        correct_employer(shop.pk, shop.members.get(), {"intro": FEE, "contact_name": "大田"})
    assert refused.value.field == "intro"
    shop.refresh_from_db()
    assert shop.contact_name == "小田"


def test_a_name_with_a_stop_is_refused_at_its_field(client):
    sign_in(client, make_person("keeper"))
    answer = post_registration(client, name="入职先交押金200元")
    assert "押金" in answer.context["form"].errors["name"][0]
    assert not Employer.objects.exists()


def test_the_words_of_another_employer_are_not_found(client, employer, boss):
    submit_intro(employer, boss, CONTACT)
    sign_in(client, make_person("stranger"))
    assert client.get(DETAILS).status_code == 404
    assert client.post(DETAILS, build_registration_form(intro=NEW)).status_code == 404
    assert list_versions(employer) == [(CONTACT, "waiting")]


def test_a_quote_holds_all_the_words_meant():
    meant = "所有报到当天需要的工作制服与胸牌由本人\n先行垫付三百元到店长处"
    assert quote_words(meant) == meant.replace("\n", " ")


def test_a_doubt_about_offers_is_not_marked_in_what_people_tell_each_other():
    text = {
        "words": "商场门口发试饮券，介绍新口味，把顾客带到店里。周末两天，上午九点到下午六点。"
        "帮忙用你的身份证办几张电话卡，一张一百。中午管一顿饭，下班在店里领当天的钱。"
        "穿深色裤子和平底鞋，会说普通话，不要求经验。"
    }
    of_offer = judge_public_text(text, JudgementRules(contact_cure=""))
    assert [signal["code"] for signal in of_offer.signals] == ["model.doubt"]
    assert not judge_public_text(text, JudgementRules(contact_cure="", is_offer=False)).signals
