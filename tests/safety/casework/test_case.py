"""One case on one screen: the text with its marks, what stands beside it, the buttons."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.choices import ACCOUNT_ACTION_LABELS, EMPLOYER_ACTION_LABELS
from accounts.models import User
from listings.choices import LISTING_ACTION_LABELS
from listings.models import ContactReveal, Listing, RevisionAssessment
from listings.publication.submission import create_listing_with_draft
from safety.models import Decision
from safety.moderation.claims import claim_case, get_claim, release_claim
from safety.moderation.decisions import DecisionRefused, make_decision
from safety.moderation.text_changes import diff_texts
from safety.reports.submission import submit_report
from tests.people import make_person, sign_in
from tests.safety.desks import (
    get_stored_status,
    make_moderator_user,
    make_pending_listing,
    waiting_text,
)

pytestmark = pytest.mark.django_db


def case_of(listing):
    return reverse("desk:listing", args=[listing.pk])


def open_case_page(client, listing):
    """The page of a case that one has in hand."""
    client.post(reverse("desk:listing_take", args=[listing.pk]))
    return client.get(case_of(listing)).content.decode()


def seen_on(page):
    return re.search(r'name="seen" value="([^"]*)"', page)[1]


def press_button(client, listing, action, page=None, **data):
    data |= {"action": action, "seen": seen_on(page or open_case_page(client, listing))}
    return client.post(reverse("desk:listing_decide", args=[listing.pk]), data)


def build_signal_data(field, start, end, reason="写了收费", code="fee"):
    return {"field": field, "start": start, "end": end, "reason": reason, "code": code, "weight": 9}


def test_the_text_stands_there_with_numbered_marks_and_escaped(client, mod, employer):
    duties = "<b>先交</b>押金三百"
    case = make_pending_listing(
        employer, duties=duties, signals=[build_signal_data("duties", 9, 11)]
    )
    page = client.get(case_of(case)).content.decode()
    assert (
        '<mark><span class="nb"><sup><a href="#reason-1">1</a></sup>押</span>金</mark>三百' in page
    )
    assert "&lt;b&gt;先交" in page and "<b>先交" not in page
    assert "写了收费" in page


def test_a_draft_with_nothing_typed_opens_from_the_employers_page(client, mod, owner, employer):
    """Its case is linked there, beside the listings that have a kind of work."""
    draft = create_listing_with_draft(employer, owner)
    employers_page = client.get(reverse("desk:employer", args=[employer.pk]))
    assert case_of(draft) in employers_page.content.decode()
    page = open_case_page(client, draft)
    assert "还没有自动检查的结果" in page and "这一类都由审核员看过" not in page


def test_the_words_of_a_doubt_are_marked_and_the_doubt_is_told_once(client, mod, employer):
    duties = "发试饮券。帮忙用你的身份证办几张电话卡。"
    doubt = build_signal_data("duties", 5, 19, "系统拿不准这里。", "model.doubt") | {"weight": 0}
    case = make_pending_listing(employer, duties=duties, signals=[doubt])
    row = RevisionAssessment.objects.get()
    row.reasons = [{"code": "doubt", "words": "有些话系统拿不准，由审核员看过再发布。", "cure": ""}]
    row.save()
    page = client.get(case_of(case)).content.decode()
    assert '<mark><span class="nb"><sup><a href="#reason-1">1</a></sup>帮</span>忙用' in page
    assert '<li id="reason-1" value="1">系统拿不准这里。</li>' in page
    assert "由审核员看过再发布" not in page
    RevisionAssessment.objects.update(signals=[])  # as it was stored before
    assert "有些话系统拿不准，由审核员看过再发布。" in client.get(case_of(case)).content.decode()


def test_marks_of_danger_are_red_and_others_are_not(client, mod, employer):
    signals = [
        build_signal_data("duties", 0, 3, "写了微信", "contact_evasion.wechat"),
        build_signal_data("duties", 2, 6, "像骗局", "rule.brushing_rebate.pay"),
        build_signal_data("duties", 8, 10, "写了性别", "discrimination.sex"),
    ]
    case = make_pending_listing(employer, duties="加微信垫付返利，限女", signals=signals)
    for address, marks in (
        (case_of(case), ["", "D", "D", ""]),
        (reverse("desk:listings"), ["D", ""]),
    ):
        page = client.get(address).content.decode()
        tones = re.findall(r'<mark( class="danger")?>', page)
        assert ["D" if tone else "" for tone in tones] == marks, address


def test_an_edit_shows_what_it_changes(client, mod, publish):
    listing = publish(title="商场派发", duties="发传单。收工结账。")
    waiting_text(listing, title="商场派发", duties="发传单。收工次日结账。", pay_max=30)
    page = client.get(case_of(listing)).content.decode()
    assert "公开中的修改" in page
    assert '<ins><span class="visually-hidden">加上：</span>次日</ins>' in page
    assert '最高报酬</dt><dd><del><span class="visually-hidden">删去：</span>22</del>' in page


def test_pieces_of_a_change_make_the_old_and_the_new_text():
    old = "第一句。第二句不变。\n第三句要改。" + "长" * 900
    new = "第一句！第二句不变。\n第三句已改。新的一句。" + "长" * 901
    pieces = diff_texts(old, new)
    assert "".join(p.text for p in pieces if p.kind != "ins") == old
    assert "".join(p.text for p in pieces if p.kind != "del") == new


def test_beside_it_stand_employer_reports_reveals_history_and_what_is_alike(
    client, mod, employer, publish
):
    twin = publish(title="另一处的同一条")
    listing = publish(title="周末派发", contact_phone="0743-5550123")
    publish(title="别的活", category="tutor", duties="教数学", contact_phone="0743-5550123")
    submit_report(listing=listing, reason="fake_info", user=make_person("seeker"), words="人不在")
    ContactReveal.objects.create(listing=listing)
    page = client.get(case_of(listing)).content.decode()
    for words in (
        "看过 1 次",
        "人不在",
        "职位或待遇不实",
        employer.name,
        twin.title,
        "同一个联系方式",
    ):
        assert words in page
    assert "发布" in page and "营业执照" in page


def test_only_who_has_it_in_hand_sees_buttons(client, mod, employer):
    case = make_pending_listing(employer)
    page = client.get(case_of(case)).content.decode()
    assert 'value="published"' not in page and "由我处理" in page
    assert 'value="published"' in open_case_page(client, case)
    sign_in(client, make_moderator_user("second"))
    page = client.get(case_of(case)).content.decode()
    assert 'value="published"' not in page and "mod 在处理" in page


def test_a_button_decides_and_leads_to_the_next_case(client, mod, employer):
    case, other = make_pending_listing(employer, level="medium"), make_pending_listing(employer)
    answer = press_button(client, case, "published")
    assert get_stored_status(case) == "published"
    assert answer.url == case_of(other)
    assert get_claim("listing", other.pk).moderator == mod
    assert "已通过" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("is_edit", [False, True])
def test_a_text_of_high_risk_is_published_by_a_second_step_that_names_the_findings(
    client, mod, publish, employer, is_edit
):
    """One press shows what was found; only the page that does so publishes the text. Nor does any other door."""
    risk = {
        "level": "high",
        "reasons": ["这一类都由审核员看过再发布。"],
        "signals": [
            build_signal_data("duties", 0, 2, "先要押金。"),
            build_signal_data("duties", 2, 4, "拉你进群。", "group"),
        ],
    }
    case = (
        publish(title="公开着的")
        if is_edit
        else make_pending_listing(employer, title="像骗局", **risk)
    )
    if is_edit:
        waiting_text(case, title="公开着的", **risk)
    action = "approve_edit" if is_edit else "published"
    answer = press_button(client, case, action)
    page = answer.content.decode()
    assert answer.status_code == 200 and not Decision.objects.exists()
    for words in ("90 分", "先要押金。", "拉你进群。", "这一类都由审核员看过再发布。", "取消"):
        assert words in page
    with pytest.raises(DecisionRefused, match="高风险的要打开来逐件看"):
        make_decision("listing", case.pk, action, mod)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    client.post(reverse("desk:listing_decide", args=[case.pk]), hidden)
    assert Decision.objects.get().action == action


def test_a_held_listing_of_high_risk_comes_back_by_the_second_step_only(client, mod, employer):
    case = make_pending_listing(employer, level="high")
    case.revisions.update(status="approved")
    Listing.objects.filter(pk=case.pk).update(status="held")
    assert "90 分" in press_button(client, case, "restore").content.decode()
    assert get_stored_status(case) == "held"
    press_button(client, case, "restore", confirm="1")
    assert get_stored_status(case) == "published"


def test_pressed_twice_it_is_decided_once(client, mod, employer):
    case = make_pending_listing(employer)
    page = open_case_page(client, case)
    press_button(client, case, "published", page)
    answer = press_button(client, case, "published", page)
    assert answer.status_code == 409 and "有了变化" in answer.content.decode()
    assert Decision.objects.count() == 1


def test_somebody_elses_case_is_not_decided(client, mod, employer):
    case = make_pending_listing(employer)
    page = open_case_page(client, case)
    release_claim("listing", case.pk, mod)
    claim_case("listing", case.pk, make_moderator_user("second"))
    answer = press_button(client, case, "published", page)
    assert answer.status_code == 409 and "second" in answer.content.decode()
    assert get_stored_status(case) == "pending"


def test_a_refusal_without_a_reason_is_asked_for_at_the_field(client, mod, employer):
    case = make_pending_listing(employer)
    answer = press_button(client, case, "rejected", reason="  ", canned="contact")
    page = answer.content.decode()
    assert answer.status_code == 422 and "请写明原因" in page
    assert '<option value="contact"' in page and 'aria-invalid="true"' in page
    assert get_stored_status(case) == "pending"


def test_a_reason_that_is_refused_late_is_kept(client, mod, employer):
    case = make_pending_listing(employer)
    page = open_case_page(client, case)
    release_claim("listing", case.pk, mod)
    claim_case("listing", case.pk, make_moderator_user("second"))
    press_button(client, case, "rejected", page, reason="写了半天的原因")
    release_claim("listing", case.pk, moderator_named("second"))
    answer = press_button(client, case, "held", page, reason="写了半天的原因")
    assert answer.status_code == 409
    client.post(reverse("desk:listing_take", args=[case.pk]))
    answer = press_button(client, case, "held", page, reason="写了半天的原因")
    assert "写了半天的原因" in answer.content.decode()


def test_a_reason_is_shown_where_a_colleague_has_the_case_or_has_decided_it(client, mod, employer):
    case, typed = make_pending_listing(employer), {"reason": "写了半天的原因"}
    page = open_case_page(client, case)
    release_claim("listing", case.pk, mod)
    second = make_moderator_user("second")
    claim_case("listing", case.pk, second)
    words = '<p class="words">写了半天的原因</p>'
    answer = press_button(client, case, "rejected", page, **typed)
    assert "你写的没有发出：" in answer.content.decode() and words in answer.content.decode()
    make_decision("listing", case.pk, "rejected", second, reason="同事先退回了。")
    answer = press_button(client, case, "rejected", page, **typed)
    assert answer.status_code == 409 and words in answer.content.decode()
    assert "没有发出" not in open_case_page(client, case)


def moderator_named(name):
    from accounts.models import User

    return User.objects.get(name=name)


def test_a_removal_for_fraud_asks_on_a_second_page(client, mod, publish):
    listing = publish(title="收押金的活")
    why = {"reason": "收了服装费"}
    answer = press_button(client, listing, "removed_fraud", **why)
    page = answer.content.decode()
    assert answer.status_code == 200 and "不能撤销" in page and "收了服装费" in page
    assert get_stored_status(listing) == "published"
    sure = {**why, "confirm": "1", "sure": "on", "freeze": "on"}
    answer = press_button(client, listing, "removed_fraud", **sure)
    assert answer.status_code == 422 and "请选骗局类型" in answer.content.decode()
    unsure = {**sure, "sure": "", "fraud_type": "upfront_fee"}
    answer = press_button(client, listing, "removed_fraud", **unsure)
    assert answer.status_code == 422 and get_stored_status(listing) == "published"
    press_button(client, listing, "removed_fraud", **sure, fraud_type="upfront_fee")
    listing.refresh_from_db()
    assert (listing.status, listing.fraud_type) == ("removed_fraud", "upfront_fee")


def test_an_unknown_decision_is_none(client, mod, employer):
    case = make_pending_listing(employer)
    for action in ("", "withdrawn", "verified", "\x00"):
        assert press_button(client, case, action).status_code == 422
    assert press_button(client, case, "removed", reason="x").status_code == 409
    assert get_stored_status(case) == "pending"


def test_script_renews_the_claim_without_a_page(client, mod, employer):
    case = make_pending_listing(employer)
    address = reverse("desk:listing_take", args=[case.pk])
    assert client.post(address, headers={"X-Desk": "renew"}).status_code == 204
    sign_in(client, make_moderator_user("second"))
    assert client.post(address, headers={"X-Desk": "renew"}).status_code == 409
    assert get_claim("listing", case.pk).moderator == mod


def test_a_listing_of_an_employer_not_in_good_standing_warns(client, mod, employer):
    type(employer).objects.update(status="lapsed")
    page = client.get(case_of(make_pending_listing(employer))).content.decode()
    assert "等它认证有效才会公开" in page


def test_a_repost_has_a_case_as_well(client, mod, publish):
    repost = publish(by=None, listing_fields={"source_name": "街坊报"})
    press_button(client, repost, "removed", reason="已经招满")
    assert get_stored_status(repost) == "removed"


def test_an_added_draft_of_the_staff_can_be_published(client, mod, employer):
    draft = make_pending_listing(employer)
    draft.revisions.update(status="approved")
    Listing.objects.filter(pk=draft.pk).update(status="draft")
    press_button(client, draft, "published")
    assert get_stored_status(draft) == "published"


def test_a_held_case_says_why_and_shows_what_comes_back(client, mod, publish):
    """The edit that waits beside it is neither shown as the text nor approved with it."""
    listing = publish(title="公开过的标题")
    waiting_text(listing, title="还没看的标题")
    make_decision("listing", listing.pk, "held", make_moderator_user("other"), "有人说要押金")
    page = open_case_page(client, listing)
    assert "风险暂停：有人说要押金" in page
    assert "公开过的标题" in page and "还没看的标题" not in page
    assert "还有一版修改在等审核" in page
    press_button(client, listing, "restore", page)
    listing.refresh_from_db()
    assert (listing.status, listing.title) == ("published", "公开过的标题")
    assert "还没看的标题" in open_case_page(client, listing)


def test_what_the_check_takes_it_for_is_chosen_already(client, mod, employer):
    case = make_pending_listing(employer)
    case.revisions.update(status="approved")
    case.revisions.get().assessment.__class__.objects.update(fraud_type="upfront_fee")
    Listing.objects.filter(pk=case.pk).update(status="held")
    answer = press_button(client, case, "removed_fraud", reason="收了押金")
    assert '<option value="upfront_fee" selected>' in answer.content.decode()


def test_somebody_known_by_phone_alone_is_shown_without_the_middle_of_it(client, mod, employer):
    author = User.objects.create_user(phone="+8613900007777")
    employer.memberships.create(user=author, role="owner")
    page = client.get(reverse("desk:employer", args=[employer.pk])).content.decode()
    assert "139 **** 7777 · 负责人" in page and "+86" not in page


RECORDED = re.compile(r'(?:record(?:_\w+_event)?\([^"()]*|^ +action=)"([a-z_]+)"', re.MULTILINE)


@pytest.mark.parametrize(
    ("app", "deeds"),
    [
        ("accounts", EMPLOYER_ACTION_LABELS | ACCOUNT_ACTION_LABELS),
        ("listings", EMPLOYER_ACTION_LABELS | LISTING_ACTION_LABELS),
    ],
)
def test_whatever_is_recorded_has_its_words(app, deeds):
    sources = (settings.BASE_DIR / app).rglob("*.py")
    recorded = {name for path in sources for name in RECORDED.findall(path.read_text())}
    assert len(recorded) > 3 and recorded - {*deeds} == set()
