"""What the two sides of an application write goes through the gate; what waits reaches nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice, PublicText
from accounts.public_text.transitions import approve_public_text, refuse_public_text
from listings.applications.ratings import (
    create_rating,
    hide_rating,
    reply_to_rating,
    restore_rating,
    reword_rating,
    summarise_employer_ratings,
)
from listings.applications.transitions import create_application, move_application
from listings.models import Application, Rating
from listings.publication.transitions import move_listing
from safety.moderation.decisions import make_decision
from tests.answers import read_body
from tests.listings.seeking import (
    PROFILE,
    RATING,
    make_owner,
    make_seeker_user,
    sign_in_browser,
    sign_up,
)
from tests.people import make_person
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db
YES = {"as_described": True, "on_time": True, "again": True}
RISKY = "我带你们刷单，先垫付，一天返三百。"
WARNING, FEE = "他们说先交押金200元，不交不让上班。", "入职先交押金200元，我交了没退。"


@pytest.fixture
def boss(employer):
    return make_owner(employer)


@pytest.fixture
def user():
    return make_seeker_user()


@pytest.fixture
def application(publish, user, boss):
    application = sign_up(publish(), user)
    for to in ("accepted", "done"):
        move_application(application.pk, to, boss)
    return application


@pytest.fixture
def moderator():
    return make_person("moderator", is_staff=True)


def test_harmless_words_of_a_rating_are_kept_as_a_version(application, user):
    rating = create_rating(application.pk, "seeker", user, YES | {"words": "当天结钱。"})
    assert rating.words == "当天结钱。"
    text = PublicText.objects.get(kind="rating")
    assert (text.subject, text.status, text.author) == (rating.pk, "approved", user)
    create_rating(application.pk, "employer", user, YES | {"words": ""})
    assert PublicText.objects.count() == 1, "no words, no version"


@pytest.mark.parametrize("warning", [WARNING, FEE])
def test_a_warning_in_a_rating_waits_and_is_not_refused(application, user, employer, boss, warning):
    mine = f"/me/applications/{application.pk}/rating/"
    client = sign_in_browser(user)
    client.post(mine, RATING | {"words": warning})
    rating = Rating.objects.get()
    assert rating.words == ""
    text = PublicText.objects.get()
    assert (text.status, text.values) == ("waiting", {"words": warning})
    assert (
        f"对「{employer.name}」的评价在等审核"
        in Notice.objects.filter(user=user).latest("pk").title
    )
    shown = read_body(client.get(mine))
    assert warning in shown and "在等审核" in shown
    Rating.objects.update(created_at=timezone.now() - timedelta(days=15))
    assert warning not in read_body(
        sign_in_browser(boss).get(f"/employer/applications/{application.pk}/rating/")
    )
    assert summarise_employer_ratings(employer).latest == []
    approve_public_text(text.pk, boss)
    (latest,) = summarise_employer_ratings(employer).latest
    assert latest.words == warning


def test_refused_words_can_be_put_right_and_others_not(application, user, moderator):
    mine, client = f"/me/applications/{application.pk}/rating/", sign_in_browser(user)
    client.post(mine, RATING | {"words": WARNING})
    refuse_public_text(PublicText.objects.get().pk, moderator, "只写事实。")
    assert "没有通过" in read_body(client.get(mine))
    client.post(mine, {"what": "words", "words": "工资没有结清。"})
    assert Rating.objects.get().words == "工资没有结清。"
    client.post(mine, {"what": "words", "words": "又改了。"})
    assert Rating.objects.get().words == "工资没有结清。"
    assert "写好的评价不能改" in read_body(client.get(mine))


def test_nobody_rewords_the_rating_of_the_other_side(application, user, boss):
    create_rating(application.pk, "seeker", user, YES | {"words": WARNING})
    address = f"/employer/applications/{application.pk}/rating/"
    sign_in_browser(boss).post(address, {"what": "words", "words": "很好。"})
    assert PublicText.objects.get().values == {"words": WARNING}
    with pytest.raises(Exception, match="写好的评价不能改"):
        reword_rating(application.pk, "employer", boss, "很好。")


def test_a_reply_that_waits_can_still_be_changed(application, user, boss):
    create_rating(application.pk, "seeker", user, YES)
    Rating.objects.update(created_at=timezone.now() - timedelta(days=15))
    address, client = f"/employer/applications/{application.pk}/rating/", sign_in_browser(boss)
    client.post(address, {"what": "reply", "reply": FEE})
    rating = Rating.objects.get()
    assert (rating.reply, rating.replied_at) == ("", None)
    shown = read_body(client.get(address))
    assert "下面的回应在等审核" in shown and FEE in shown
    client.post(address, {"what": "reply", "reply": "都是当天结的。"})
    rating.refresh_from_db()
    assert rating.reply == "都是当天结的。" and rating.replied_at
    versions = PublicText.objects.filter(kind="rating_reply").order_by("pk")
    assert [text.status for text in versions] == ["superseded", "approved"]


@pytest.mark.parametrize(
    ("by", "words"), [("seeker", "都是当天结的。"), ("seeker", FEE), ("employer", "都按时到的。")]
)
def test_who_replied_hears_that_the_rating_is_hidden_and_shown_again(
    application, user, boss, by, words
):
    author, replier, other = (user, boss, "employer") if by == "seeker" else (boss, user, "seeker")
    rating = create_rating(application.pk, by, author, YES)
    Rating.objects.update(created_at=timezone.now() - timedelta(days=15))
    reply_to_rating(application.pk, other, replier, words)
    hide_rating(rating.pk, "骂人")
    whose = "你们单位" if other == "employer" else "你"
    notice = Notice.objects.filter(user=replier).latest("pk")
    assert notice.title == f"{whose}回应过的评价被隐藏了"
    assert "你的回应也跟着不公开" in notice.text and "骂人" not in notice.text
    assert "被隐藏" in read_body(sign_in_browser(replier).get(notice.address))
    restore_rating(rating.pk, "看错了")
    latest = Notice.objects.filter(user=replier).latest("pk")
    assert latest.title == f"{whose}回应过的评价恢复了"
    assert not Notice.objects.filter(user=author, title__contains="回应过").exists()


def test_who_replied_nothing_hears_nothing_of_a_hidden_rating(application, user, boss):
    rating = create_rating(application.pk, "seeker", user, YES)
    hide_rating(rating.pk, "骂人")
    assert not Notice.objects.filter(user=boss, key__contains="visibility").exists()


@pytest.mark.parametrize("has_left", [False, True])
@pytest.mark.parametrize("what", ["rating", "reply", "arrival"])
def test_of_an_employers_refused_words_the_owners_hear_once_who_wrote_them_has_left(
    application, employer, user, boss, what, has_left
):
    colleague = make_person("colleague")
    membership = employer.memberships.create(user=colleague, role="recruiter")
    if what == "rating":
        create_rating(application.pk, "employer", colleague, YES | {"words": FEE})
    elif what == "reply":
        create_rating(application.pk, "seeker", user, YES)
        Rating.objects.update(created_at=timezone.now() - timedelta(days=15))
        reply_to_rating(application.pk, "employer", colleague, FEE)
    else:
        move_application(
            sign_up(application.listing, make_seeker_user("other")).pk, "accepted", boss
        )
        plan = {"time": "13:30", "place": FEE, "ask_for": "小田"}
        other = Application.objects.latest("pk")
        sign_in_browser(colleague).post(f"/employer/applications/{other.pk}/arrival/", plan)
    if has_left:
        membership.delete()
    text = PublicText.objects.get(author=colleague)
    make_decision("text", text.pk, "refused", make_moderator_user(), "只写事实。")
    notice = Notice.objects.get(title__endswith="没有通过")
    reader = boss if has_left else colleague
    assert notice.user == reader
    client = sign_in_browser(reader)
    assert client.get(notice.address).status_code == 200
    assert client.get(f"/appeal/text/{text.pk}/").status_code == 200


def apply_with(listing, user, message):
    return create_application(listing.pk, user, PROFILE | {"about": "做过派发。"}, message)


def test_what_a_seeker_writes_reaches_the_employer_at_once_if_it_is_harmless(publish, user):
    application = apply_with(publish(), user, "周末都能来，微信 xiaolong_01。")
    assert application.message == "周末都能来，微信 xiaolong_01。"
    assert application.profile == PROFILE | {"about": "做过派发。"}
    assert not PublicText.objects.exists(), "of what one person alone reads no copy is kept"


def test_what_is_risky_reaches_the_employer_once_it_was_passed(publish, user, boss, moderator):
    listing = publish()
    application = apply_with(listing, user, RISKY)
    assert application.message == application.profile["name"] == application.profile["about"] == ""
    assert application.profile["phone"] == PROFILE["phone"], "the employer can answer"
    address = f"/employer/listings/{listing.pk}/applications/"
    assert "刷单" not in read_body(sign_in_browser(boss).get(address))
    assert "在等审核" in read_body(sign_in_browser(user).get(f"/me/applications/{application.pk}/"))
    approve_public_text(PublicText.objects.get().pk, moderator)
    application = Application.objects.get()
    assert application.profile == PROFILE | {"about": "做过派发。"}
    assert "刷单" in read_body(sign_in_browser(boss).get(address))


@pytest.fixture
def refused_sign_up(publish, user):
    """A sign-up whose words were refused."""
    application = apply_with(publish(), user, RISKY)
    text = PublicText.objects.get(subject=application.pk, kind="application")
    make_decision("text", text.pk, "refused", make_moderator_user(), "写了联系方式")
    return application


def test_refused_words_of_a_sign_up_are_put_right_on_its_page(refused_sign_up, user, boss):
    mine, client = f"/me/applications/{refused_sign_up.pk}/", sign_in_browser(user)
    notice = user.notices.get(title__endswith="没有通过")
    assert "在这份报名的页面上改写" in notice.text and notice.address == mine
    page = read_body(client.get(mine))
    assert f'href="{mine}words/"' in page and "<p>&nbsp;·" not in page
    page = read_body(client.get(f"{mine}words/"))
    assert RISKY in page and "做过派发。" in page and "写了联系方式" in page
    values = {"name": "小龙", "about": "做过派发。", "message": "周末都能来。"}
    assert "写个称呼" in read_body(client.post(f"{mine}words/", values | {"name": ""}))
    assert "单位现在看得到" in read_body(client.post(f"{mine}words/", values, follow=True))
    refused_sign_up.refresh_from_db()
    assert refused_sign_up.message == "周末都能来。" and refused_sign_up.profile["name"] == "小龙"
    assert refused_sign_up.profile["phone"] == PROFILE["phone"]
    page = read_body(client.post(f"{mine}words/", values | {"message": "又改了。"}, follow=True))
    assert "不能再改" in page and "又改了" not in page


def test_risky_words_that_are_put_right_wait_again_and_a_second_press_adds_none(
    refused_sign_up, user
):
    mine, client = f"/me/applications/{refused_sign_up.pk}/", sign_in_browser(user)
    values = {"name": "小龙", "about": "", "message": f"{RISKY}真的。"}
    for _press in range(2):
        assert "审核员看过" in read_body(client.post(f"{mine}words/", values, follow=True))
    statuses = PublicText.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["refused", "waiting"]


def test_words_of_a_sign_up_that_is_over_or_unsafe_stay(refused_sign_up, user, boss):
    mine, client = f"/me/applications/{refused_sign_up.pk}/", sign_in_browser(user)
    values = {"name": "小龙", "about": "", "message": ""}
    move_listing(refused_sign_up.listing_id, "held", None, "核查")
    assert "现在不能改" in read_body(client.post(f"{mine}words/", values, follow=True))
    move_listing(refused_sign_up.listing_id, "published", None)
    move_application(refused_sign_up.pk, "declined", boss, "招满了")
    assert f"{mine}words/" not in read_body(client.get(mine))
    assert "不用再改" in read_body(client.post(f"{mine}words/", values, follow=True))
    assert PublicText.objects.count() == 1
    page = read_body(client.get(f"/appeal/text/{PublicText.objects.get().pk}/"))
    assert "在这份报名的页面上照着原因改写" in page
