"""A contact of a removed listing is recognised when it comes again, and nobody can read which."""

import pytest

from screening.contacts import known_contacts
from screening.contacts.extraction import Contact, parse_contact_field
from screening.context import Context, KnownContactMatch, TextSpread
from screening.engine import assess_offer
from screening.models import KnownContact
from screening.screen import add_facts

FRAUD = "brushing_rebate"
PHONE = "13812345678"


def add_known(text, context):
    (known,) = known_contacts.add_known_contacts([(text, context)])
    return known


def parse_contact(kind, written):
    return parse_contact_field(kind, written)


@pytest.fixture
def learned(db):
    known_contacts.learn_contacts(
        [parse_contact("phone", PHONE), parse_contact("wechat", "Lihuo_2026")], FRAUD, 1
    )


@pytest.mark.parametrize(
    "written",
    [
        PHONE,
        "138 1234 5678",
        "一三八一二三四五六七八",
        "138.......1234.......5678",
        "138空1234空5678",
        "138✆1234✆5678",
        "138\n1234\n5678",
    ],
)
def test_a_known_number_in_the_text_is_found_where_it_stands(learned, written):
    text = f"有意的打{written}，店长接。"
    known = add_known(text, Context()).known
    assert known == (KnownContactMatch("phone", 4, 4 + len(written), FRAUD, 1),)


def test_one_in_a_contact_field_has_no_place_in_the_text(learned):
    context = add_known("周末发传单。", Context(contacts=(PHONE, "lihuo_2026")))
    assert context.known == (
        KnownContactMatch("phone", 0, 0, FRAUD, 1),
        KnownContactMatch("wechat", 0, 0, FRAUD, 1),
    )


def test_a_number_used_as_wechat_name_is_the_same_number(learned):
    assert add_known("", Context(contacts=("lihuo",))).known == ()
    assert known_contacts.hash_contact(
        Contact("wechat", PHONE, 0, 0)
    ) == known_contacts.hash_contact(parse_contact("phone", PHONE))
    assert known_contacts.hash_contact(
        Contact("mail", "12345678@qq.com", 0, 0)
    ) == known_contacts.hash_contact(Contact("qq", "12345678", 0, 0))


def test_how_many_removed_listings_named_it(learned):
    known_contacts.learn_contacts([parse_contact("phone", PHONE)], "upfront_fee", 2)
    known_contacts.learn_contacts([parse_contact("phone", PHONE)], "upfront_fee", 3)
    (known_contact,) = add_known("", Context(contacts=(PHONE,))).known
    assert (known_contact.fraud_type, known_contact.times) == ("upfront_fee", 3)


def test_learned_twice_it_is_known_once_under_the_later_type(learned):
    known_contacts.learn_contacts(
        [parse_contact("phone", PHONE), parse_contact("phone", PHONE)], "upfront_fee", 1
    )
    (known_contact,) = add_known("", Context(contacts=(PHONE,))).known
    assert (known_contact.fraud_type, known_contact.times) == ("upfront_fee", 1)


def test_what_an_upheld_appeal_makes_forget(learned):
    known_contacts.forget_contacts(1)
    assert add_known("", Context(contacts=(PHONE,))).known == ()


def test_nothing_readable_is_kept(learned):
    kept = str(list(KnownContact.objects.values()))
    assert PHONE not in kept and "lihuo" not in kept


def test_another_key_hashes_otherwise(settings):
    digest = known_contacts.hash_contact(parse_contact("phone", PHONE))
    settings.CONTACT_KEY = b"k" * 32
    other = known_contacts.hash_contact(parse_contact("phone", PHONE))
    settings.SECRET_KEY = "another"
    assert known_contacts.hash_contact(parse_contact("phone", PHONE)) == other != digest


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "+86110"),
        ("phone", "+8696110"),
        ("phone", "+8612333"),
        ("phone", "+8695588"),
        ("phone", "+867312333"),
        ("phone", "+864008123123"),
        ("phone", "+868008123123"),
        ("link", "www.12377.gov.cn/report"),
        ("link", "taobao.com"),
        ("link", "weixin.qq.com/"),
        ("mail", "jubao@hrss.gov.cn"),
    ],
)
def test_what_many_share_is_never_learned(db, kind, value):
    assert known_contacts.learn_contacts([Contact(kind, value, 0, 0)], FRAUD, 1) == 0
    assert not KnownContact.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "+8613812345678"),
        ("phone", "+8674385550123"),
        ("phone", "+862085550123"),
        ("link", "docs.qq.com/form/page/abc"),
        ("link", "lihuo.top"),
        ("mail", "a@example.com"),
        ("qq", "12345678"),
    ],
)
def test_what_belongs_to_somebody_is(kind, value):
    assert not known_contacts.is_shared(Contact(kind, value, 0, 0))


def test_one_query_or_none(learned, django_assert_num_queries):
    with django_assert_num_queries(1):
        add_known(f"打{PHONE}", Context(contacts=("lihuo_2026", "13900000000")))
    with django_assert_num_queries(0):
        add_known("周末发传单，日结。", Context())


def test_the_site_asks_it(learned):
    assert add_facts([(f"打{PHONE}", Context())])[0].known


@pytest.mark.parametrize(("times", "score"), [(1, 50), (2, 60), (9, 65)])
def test_alone_it_queues_and_never_refuses(times, score):
    context = Context(known=(KnownContactMatch("phone", 0, 0, FRAUD, times),))
    assessment = assess_offer("周末发传单，日结。", context)
    assert (assessment.level, assessment.fraud_type, assessment.stops) == ("medium", FRAUD, ())
    assert score <= assessment.score <= score + 5
    (signal,) = assessment.signals
    assert "联系方式" in signal.reason and "刷单返利" in signal.reason


def test_in_the_text_the_reason_points_at_it():
    (signal,) = (
        finding
        for finding in assess_offer(
            "微信 a", Context(known=(KnownContactMatch("wechat", 3, 4, FRAUD, 2),))
        ).signals
        if finding.code == "known_contacts.wechat"
    )
    assert (signal.start, signal.end) == (3, 4)
    assert signal.reason == "正文里的微信号在 2 条因“刷单返利”下架的兼职里出现过。"


def test_the_same_text_removed_before_queues_under_its_fraud():
    assessment = assess_offer("周末发传单。", Context(spread=TextSpread(removed_for="upfront_fee")))
    assert (assessment.level, assessment.fraud_type) == ("medium", "upfront_fee")
    unknown = assess_offer("周末发传单。", Context(spread=TextSpread(removed_for="retired")))
    assert (unknown.level, unknown.fraud_type) == ("medium", "other")
    assert unknown.signals[0].reason == "文字和一条因涉诈下架的兼职几乎一样。"


@pytest.mark.parametrize(
    ("spread", "score"),
    [
        (TextSpread(listings=30, employers=1, cities=30), 0),  # a chain
        (TextSpread(listings=4, employers=4, cities=1), 0),
        (TextSpread(listings=4, employers=2, cities=3), 10),
        (TextSpread(listings=900, employers=80, cities=60), 20),
    ],
)
def test_how_far_a_text_has_spread_is_a_fact_of_small_weight(spread, score):
    assessment = assess_offer("周末发传单。", Context(spread=spread))
    assert (assessment.fraud_type, assessment.level) == ("", "low")
    assert score <= assessment.score <= score + 5
