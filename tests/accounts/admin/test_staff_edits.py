"""What staff change in somebody else's words: a reason, a look at the findings, the owner told."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.employers.public_words import EmployerIntro
from accounts.models import Notice, PublicText
from accounts.models.word_changes import cut_to_difference
from accounts.public_text.judgement import judge_public_text
from listings.models import ListingRevision
from listings.vocabulary.work_slots import decode_slots
from sitekit.models import Mail, Operator
from tests.articles import make_article
from tests.edit_marks import read_edit_mark
from tests.listing_rows import make_group
from tests.news.editing import get_change_url, press_button
from tests.people import sign_in
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db
FEE = "入职交押金 200 元。"
WECHAT = "有事加微信 qianzhou88 问。"
REASON = "电话里说好的"


@pytest.fixture
def listing(publish, owner):
    return publish()


def build_form(listing, **changed):
    """What a browser sends for a listing."""
    names = (
        "title category address venue mode term work_hours headcount pay_min pay_max pay_unit"
        " settlement duties requirements education company_text source_url perks flags"
    )
    data = {name: getattr(listing, name) for name in names.split()}
    data |= {"region": listing.region_id, "slots": decode_slots(listing.slots)}
    data |= {"valid_through": listing.valid_through.isoformat(), **read_edit_mark(listing)}
    for prefix in ("revisions", "events"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return data | changed


def post_listing_change(client, listing, **changed):
    address = reverse("admin:listings_listing_change", args=[listing.pk])
    return client.post(address, build_form(listing, **changed))


def get_errors(answer):
    return answer.context["adminform"].form.errors


def get_duties(listing):
    listing.refresh_from_db()
    return listing.duties


def test_a_fee_that_staff_add_to_a_public_listing_is_refused(admin_client, listing):
    """Finding 1.5 of the review: it was public at once, the employer untold, the old text gone."""
    before = listing.duties
    answer = post_listing_change(admin_client, listing, duties=before + FEE, edit_reason=REASON)
    errors = get_errors(answer)
    assert "押金" in errors["duties"][0] and set(errors) == {"duties"}
    assert FEE in answer.content.decode()
    assert get_duties(listing) == before
    assert not Notice.objects.filter(key__startswith="staff-edit").exists()
    # Nor with the tick of another finding.
    answer = post_listing_change(
        admin_client, listing, duties=before + FEE, edit_reason=REASON, edit_seen="on"
    )
    assert "duties" in get_errors(answer)


def test_a_fee_below_many_lines_is_found(admin_client, listing):
    type(listing).objects.update(duties="站店门口招呼客人。\n" * 9)
    listing.refresh_from_db()
    lines = listing.duties.replace("\n", "\r\n")
    answer = post_listing_change(admin_client, listing, duties=lines + FEE, edit_reason=REASON)
    assert "押金" in get_errors(answer)["duties"][0]


def test_a_doubtful_sentence_needs_a_reason_and_the_tick(admin_client, listing, owner):
    before = listing.duties
    after = before + WECHAT
    answer = post_listing_change(admin_client, listing, duties=after)
    assert set(get_errors(answer)) == {"edit_reason"}
    answer = post_listing_change(admin_client, listing, duties=after, edit_reason=REASON)
    assert "qianzhou88" in get_errors(answer)["edit_seen"][0]
    tick = answer.context["adminform"].form.fields["edit_seen"].widget.attrs["value"]
    assert f'value="{tick}"' in answer.content.decode()
    # A tick for what was shown is none for what is added after it.
    more = after + "男生优先，女生勿扰。"
    assert "edit_seen" in get_errors(
        post_listing_change(admin_client, listing, duties=more, edit_reason=REASON, edit_seen=tick)
    )
    assert get_duties(listing) == before
    answer = post_listing_change(
        admin_client, listing, duties=after, edit_reason=REASON, edit_seen=tick
    )
    assert answer.status_code == 302
    assert get_duties(listing) == after
    event = listing.events.first()
    assert event.changes == {"duties": [before, after]}
    assert event.reason == f"{REASON}（改了：做什么）"
    assert ListingRevision.objects.filter(listing=listing, duties=after).exists()
    notice = owner.notices.get(key__startswith="staff-edit")
    assert REASON in notice.text and before in notice.text and WECHAT in notice.text
    assert Mail.objects.filter(to=owner.email, text__contains=REASON).exists()
    page = admin_client.get(reverse("admin:listings_listing_change", args=[listing.pk]))
    assert f"“{before}” → “{after}”" in page.content.decode()
    desk = admin_client.get(f"/admin/desk/listings/{listing.pk}/").content.decode()
    assert before in desk and after in desk


def test_harmless_words_need_a_reason_only_and_conditions_none(admin_client, listing, owner):
    assert post_listing_change(admin_client, listing, headcount=9).status_code == 302
    assert listing.events.first().changes == {}
    answer = post_listing_change(
        admin_client, listing, headcount=9, title="商场派发员", edit_reason=REASON
    )
    assert answer.status_code == 302
    assert owner.notices.filter(key__startswith="staff-edit").count() == 1


def test_ends_of_lines_are_no_change(admin_client, listing):
    type(listing).objects.update(duties="发传单。\n收摊。")
    listing.refresh_from_db()
    answer = post_listing_change(admin_client, listing, duties="发传单。\r\n收摊。 ", headcount=9)
    assert answer.status_code == 302
    assert listing.events.first().changes == {}


def test_what_the_author_wrote_is_not_held_against_who_edits_beside_it(admin_client, listing):
    """A rule that the model doubted when the text was judged; the editor repairs a word."""
    type(listing).objects.update(duties=listing.duties + FEE)
    listing.refresh_from_db()
    answer = post_listing_change(
        admin_client, listing, duties=listing.duties + "谢谢。", edit_reason=REASON
    )
    assert set(get_errors(answer)) == {"edit_seen"}


def test_who_may_only_look_is_asked_nothing(client, listing):
    sign_in(client, make_moderator_user())
    page = client.get(reverse("admin:listings_listing_change", args=[listing.pk]))
    assert page.status_code == 200 and "为什么改" not in page.content.decode()


def test_an_article_says_after_saving_what_was_found_and_keeps_both_texts(admin_client):
    article = make_article("网警上线", "<p>有事打 110。</p>")
    answer = press_button(admin_client, article, "_continue", body=f"<p>{WECHAT}</p>")
    assert "保存了。请看一看：正文里写了微信号" in answer.content.decode()
    event = article.events.order_by("-pk").first()
    assert event.changes == {"body": ["<p>有事打 110。</p>", f"<p>{WECHAT}</p>"]}
    assert "110。" in admin_client.get(get_change_url(article)).content.decode()


@pytest.fixture
def post_intro(admin_client, employer):
    def post(intro, **more):
        data = {"name": employer.name, "kind": employer.kind, "region": employer.region_id}
        for prefix in ("checks", "memberships", "events"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        address = reverse("admin:accounts_employer_change", args=[employer.pk])
        return admin_client.post(
            address, data | {"intro": intro, **read_edit_mark(employer), **more}
        )

    return post


def test_an_intro_goes_the_same_way(post_intro, employer, owner):
    refused = "做米粉的小店，入职先交押金200元。"
    (refusal,) = get_errors(post_intro(refused, edit_reason=REASON))["intro"]
    verdict = judge_public_text({"intro": refused}, EmployerIntro.rules)
    assert verdict.reasons[0].words in refusal, "the sentence that its author would read"
    assert "押金" in get_errors(post_intro(FEE, edit_reason=REASON))["intro"][0]
    assert "edit_reason" in get_errors(post_intro("三十年老店"))
    employer.refresh_from_db()
    assert employer.intro == "" and not PublicText.objects.exists()
    assert post_intro("三十年老店。\r\n在街口。", edit_reason=REASON).status_code == 302
    kept = "三十年老店。\n在街口。"
    assert employer.events.first().changes == {"intro": ["", kept]}
    assert "三十年老店" in owner.notices.get(key__startswith="staff-edit").text
    version = PublicText.objects.get()
    assert (version.status, version.values["intro"]) == ("approved", kept)


def test_a_doubtful_intro_of_staff_waits_for_another_moderator(
    post_intro, employer, owner, admin_user, client
):
    asked = post_intro(WECHAT, edit_reason=REASON)
    assert "qianzhou88" in get_errors(asked)["edit_seen"][0]
    tick = asked.context["adminform"].form.fields["edit_seen"].widget.attrs["value"]
    assert post_intro(WECHAT, edit_reason=REASON, edit_seen=tick).status_code == 302
    employer.refresh_from_db()
    assert employer.intro == "" and employer.events.first().changes == {}
    assert not owner.notices.exists()
    version = PublicText.objects.get()
    assert (version.status, version.author) == ("waiting", admin_user)
    address = f"/admin/desk/texts/{version.pk}/"
    assert sign_in(client, make_moderator_user()).get(address).context["choices"]
    page = sign_in(client, admin_user).get(address)
    assert not page.context["choices"] and "由另一位审核员来看" in page.content.decode()
    assert "由别人来看" in client.get("/admin/desk/texts/").content.decode()
    assert client.post("/admin/desk/texts/next/").url == "/admin/desk/texts/"


def test_the_sites_own_words_are_looked_at_and_kept(admin_client, place):
    group = make_group(place("xiangxi"))
    address = reverse("admin:cities_exchangegroup_change", args=[group.pk])
    data = {"region": group.region_id, "name": group.name, "rules": FEE} | read_edit_mark(group)
    assert "押金" in get_errors(admin_client.post(address, data))["edit_seen"][0]
    rules = "不收钱。\n不发广告。"
    assert admin_client.post(address, data | {"rules": rules}).status_code == 302
    entry = LogEntry.objects.latest("pk")
    assert "不发广告" in entry.change_message.encode().decode("unicode_escape")
    page = admin_client.get(address).content.decode()
    assert "不刷单" in page.split("改过的话")[1] and "为什么改" not in page


def test_numbers_of_the_operator_are_no_findings(admin_client):
    operator = Operator.objects.create(name="示例公司")
    address = reverse("admin:sitekit_operator_change", args=[1])
    data = {"name": "示例公司", "tagline": "找兼职", "supervising_phone": "13800001111"}
    data |= {"edit_reason": "换了电话", **read_edit_mark(operator)}
    assert admin_client.post(address, data).status_code == 302


def test_of_long_words_only_the_difference_is_shown():
    same = "发" * 300
    before, after = cut_to_difference(f"{same}甲{same}", f"{same}乙丙{same}")
    assert before.strip("…发") == "甲" and after.strip("…发") == "乙丙"
    assert len(after) < 40
    assert cut_to_difference("短", "长") == ("短", "长")
