"""What is typed is read in any spelling, and finds the row that it names."""

import pytest
from django.utils import timezone

from accounts.models import Employer, EmployerDocument
from listings.models import SeekerProfile
from safety.choices import TermKind
from safety.journal_search.masking import mask_contacts_in_text
from safety.journal_search.search_terms import describe_unsearched_parts, parse_search_term
from safety.journal_search.subjects import SubjectKey, look_up_term
from safety.models import JournalSearch
from safety.reports.submission import submit_report
from sitekit.sealing import sealed_fields
from tests.conftest import build_listing_publisher, tea_shop
from tests.people import make_person
from tests.safety.fraud_removals import remove_listing_for_fraud
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "kind", "canonical", "masked"),
    [
        ("１３８ ００１３ ８０００", "phone", "+8613800138000", "138 **** 8000"),
        ("+86 138-0013-8000", "phone", "+8613800138000", "138 **** 8000"),
        ("电话：13800138000", "phone", "+8613800138000", "138 **** 8000"),
        ("0743-555 0692", "phone", "+867435550692", "+86 743 *** 0692"),
        ("微信： Xiao_Ming88", "wechat", "xiao_ming88", "Xia****88"),
        ("QQ 12345678", "qq", "12345678", "123****5678"),
        ("Somebody@Example。com", "mail", "somebody@example.com", "S***@Example。com"),
        ("９２４３３１０１ＭＡ４Ｌ８Ｋ２Ｑ７１", "licence", "92433101MA4L8K2Q71", "924****71"),
        ("abcde-fghjk", "ticket", "ABCDEFGHJK", "abcde-fghjk"),
        ("兼职　４４０", "number", "兼职 440", "兼职 440"),
        ("#440", "number", "#440", "#440"),
        ("http://example.com/jobs/34/", "address", "http://example.com/jobs/34/", None),
        ("吉首1栋2单元305室保洁阿姨招聘", "words", "吉首1栋2单元305室保洁阿姨招聘", None),
        ("王小明", "words", "王小明", "王**"),
        ("乾州清茗茶饮店", "words", "乾州清茗茶饮店", "乾州清茗茶饮店"),
    ],
)
def test_any_spelling_is_recognised_and_shown_masked(typed, kind, canonical, masked):
    term = parse_search_term(typed)
    assert (term.kind, term.canonical) == (TermKind(kind), canonical)
    assert term.masked == (masked or term.text)


def test_what_is_stored_of_a_term_is_read_as_the_same_term():
    for typed in ("+86 138-0013-8000", "微信：xiao_ming88", "92433101MA4L8K2Q71", "A@example.com"):
        term = parse_search_term(typed)
        again = parse_search_term(term.canonical)
        assert (again.kind, again.phones, again.email.lower()) == (
            term.kind,
            term.phones,
            term.email.lower(),
        )


def test_words_of_moderators_lose_the_contacts_in_them():
    words = mask_contacts_in_text("让我加微信 abc_12345，电话 13800138000，先交押金")
    assert "abc_12345" not in words and "13800138000" not in words
    assert words.endswith("先交押金")


@pytest.fixture(scope="module")
def cast(module_rows):
    """An employer, people and a listing with the contacts that the searches below are for."""
    publish = build_listing_publisher(tea_shop())
    shop = make_employer("乾州米粉铺", contact_phone="+8613800138000")
    Employer.objects.filter(pk=shop.pk).update(licence_code="92433101MA4L8K2Q71")
    user = make_person("walker", phone="+8613900001111")
    seeker = make_person("seeker")
    SeekerProfile.objects.create(
        user=seeker, name="小龙", phone="+8613700002222", wechat="Long_88x"
    )
    listing = publish(
        title="夜市摊帮手", contact_phone="0743-5550692", duties="摆摊，加微信 tanzhu_2024。"
    )
    report = submit_report(listing=listing, reason="fake_info", words="不实", marks=[])
    case = remove_listing_for_fraud(publish(title="骗人的活"))
    return {
        "shop": SubjectKey("employer", shop.pk),
        "user": SubjectKey("user", user.pk),
        "seeker": SubjectKey("user", seeker.pk),
        "listing": SubjectKey("listing", listing.pk),
        "report": SubjectKey("report", report.pk),
        "fraud": SubjectKey("fraud", case.pk),
        "ticket": report.ticket,
    }


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("１３８ ００１３ ８０００", "shop"),
        ("92433101ma4l8k2q71", "shop"),
        ("米粉铺", "shop"),
        ("单位 {shop}", "shop"),
        ("/employers/{shop}/", "shop"),
        ("+86 139 0000 1111", "user"),
        ("WALKER@example.com", "user"),
        ("用户{user}", "user"),
        ("http://example.com/admin/accounts/user/{user}/change/?x=1", "user"),
        ("137 0000 2222", "seeker"),
        ("微信 long_88X", "seeker"),
        ("0743 555 0692", "listing"),
        ("tanzhu_2024", "listing"),
        ("兼职#{listing}", "listing"),
        ("https://example.com/xiangxi/jobs/{listing}/contact/", "listing"),
        ("夜市摊", "listing"),
        ("{ticket}", "report"),
        ("案件 {fraud}", "fraud"),
        ("/admin/desk/frauds/{fraud}/", "fraud"),
    ],
)
def test_each_is_found_by_what_is_known_of_it_and_nothing_sealed_is_opened(
    cast, monkeypatch, typed, row
):
    numbers = {name: getattr(key, "pk", key) for name, key in cast.items()}
    opened = []
    open_text = sealed_fields.open_text
    monkeypatch.setattr(
        sealed_fields, "open_text", lambda text: opened.append(text) or open_text(text)
    )
    term = parse_search_term(typed.format(**numbers))
    assert look_up_term(term).keys == [cast[row]]
    assert opened == []


def test_who_reported_is_not_found_by_their_mailbox(publish):
    reporter = {"email": "angry@example.com", "marks": []}
    submit_report(listing=publish(), reason="fake_info", words="不实", **reporter)
    assert look_up_term(parse_search_term("angry@example.com")).keys == []


def test_of_who_left_stays_that_they_were_looked_up_not_by_what(mod):
    from jobsite.me.personal_data import close_account

    user = make_person("walker", phone="+8613900001111")
    row = {"by": mod, "reason": "处理举报", "created_at": timezone.now()}
    by_phone = JournalSearch.objects.create(term=user.phone, kind="phone", masked="139", **row)
    by_number = JournalSearch.objects.create(
        term=f"用户 {user.pk}", kind="number", subjects=[f"user:{user.pk}"], **row
    )
    other = JournalSearch.objects.create(term="+8613900002222", kind="phone", **row)
    close_account(user.pk)
    kept = JournalSearch.objects.filter(pk__in=[by_phone.pk, by_number.pk])
    assert list(kept.values_list("term", "masked", "reason")) == [("", "", "处理举报")] * 2
    other.refresh_from_db()
    assert other.term == "+8613900002222"


@pytest.fixture(scope="module")
def address(cast):
    """Of the employer, in a listing."""
    shop = Employer.objects.get(pk=cast["shop"].pk)
    more = "凤凰县 夜市口3 号"
    build_listing_publisher(shop)(title="摆摊", address="西门夜市口 3 号", further_places=more)


@pytest.mark.parametrize(
    "typed",
    [
        "9243", "3101", "92433101", "433101MA4L", "ma4l8k2q", "MA4L8K2Q71", "9243 3101-MA", "９２４３３１０１",
        "乾州米粉", "米粉铺", "夜市口", "西门夜市口 3 号", "夜市口3",
    ],
)  # fmt: skip
def test_a_part_of_a_licence_a_name_or_an_address_finds_the_employer(cast, address, typed):
    assert cast["shop"] in look_up_term(parse_search_term(typed)).keys


def test_a_part_of_a_paper_s_code_finds_its_employer(cast):
    paper = {"kind": "licence", "file": "x", "content_type": "image/png", "size": 1, "digest": "x"}
    EmployerDocument.objects.create(
        employer_id=cast["shop"].pk,
        uploaded_by_id=cast["user"].pk,
        read_code="91110000MA01ABCD2X",
        **paper,
    )
    assert look_up_term(parse_search_term("MA01ABCD")).keys == [cast["shop"]]


@pytest.mark.parametrize(
    "typed", ["924", "8000", "0013 8000", "1380013", "IO0I", "long_88", "walker@"]
)
def test_of_what_is_kept_hashed_or_is_too_short_no_part_is_found(cast, typed):
    keys = look_up_term(parse_search_term(typed)).keys
    assert not {cast["shop"], cast["user"], cast["seeker"]} & set(keys)


def test_a_whole_contact_is_not_looked_for_as_a_part(cast):
    """Who has the number is one thing; that it stands in a name is another."""
    make_employer("热线13800138000")
    assert look_up_term(parse_search_term("13800138000")).keys == [cast["shop"]]


@pytest.mark.parametrize(
    ("typed", "has_results", "words"),
    [
        ("8000", False, "后四位"),
        ("8000", True, "后四位"),
        ("13800138", False, "后四位"),
        ("13800138000", True, ""),
        ("13800138000", False, "要填完整的"),
        ("xiao_ming", False, "要填完整的"),
        ("乾州米粉铺", True, ""),
        ("兼职 440", True, ""),
    ],
)
def test_what_cannot_be_found_by_a_part_is_said(typed, has_results, words):
    note = describe_unsearched_parts(parse_search_term(typed), has_results=has_results)
    assert (words in note) and bool(note) == bool(words)
