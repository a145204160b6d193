"""查一查: the form, the answer in every level, and what is refused."""

import re

import pytest

from listings.copies.fingerprints import store_fingerprints
from listings.publication.transitions import move_listing
from safety.checker.example_texts import EXAMPLES
from screening.fraud_types.advice import get_advice
from sitekit.models import Operator
from tests.answers import read_body
from tests.articles import make_alert
from tests.safety.checking import (
    ADDRESS,
    LONG_ENOUGH,
    build_signal,
    get_headline,
    list_marked_words,
    patch_screen_text,
    picture_of,
    post_check,
)
from tests.safety.reporting import make_browser

pytestmark = pytest.mark.django_db


# -- the page and its answer


def test_the_page_asks_for_a_text_or_a_picture_and_says_that_nothing_is_kept(client):
    page = read_body(client.get(ADDRESS))
    assert 'name="text"' in page and 'type="file"' in page
    assert 'enctype="multipart/form-data"' in page
    assert "不保存、不记录" in page and 'href="tel:110"' in page


def test_a_swindle_is_called_one_with_its_kind_its_reasons_and_what_to_do():
    response = post_check(text=EXAMPLES["rebate"].text)
    page = read_body(response)
    assert response.status_code == 200 and get_headline(response) == "很像骗局"
    assert "像是“刷单返利”一类的骗局" in page
    assert list_marked_words(response), "the text is marked"
    given = get_advice("brushing_rebate")
    for line in (*given.continues, *given.now, *given.paid):
        assert line in page
    assert 'href="tel:96110"' in page and "国家反诈中心 App" in page
    assert 'href="/alerts/brushing_rebate/"' in page
    assert "点“举报这条兼职”" in page, "the words of the link on a listing's page"


def test_findings_that_overlap_have_their_numbers_apart():
    text = "兼职日结，在家就能做，点赞关注一单5元，一天轻松500，先垫付100做任务，做完连本带利返还。加微信私聊。"
    page = read_body(post_check(text=text))
    heaps = re.findall(r"<sup>(.*?)</sup>", page)
    assert len(heaps) >= 5 and all(heap.count("<a ") == 1 for heap in heaps)


def test_an_honest_offer_is_never_called_safe():
    response = post_check(text=EXAMPLES["honest"].text)
    page = read_body(response)
    assert get_headline(response) == "看不出来" and not list_marked_words(response)
    assert "看不出来不等于没事" in page and "有没有让你先出钱" in page
    assert "安全" not in page.partition("<main")[2].partition("</main>")[0]


def test_one_sentence_that_is_a_trap_is_to_be_asked_about(client):
    response = post_check(
        text="乾州商场门口发试饮券，把顾客带到店里。周末两天，上午九点到下午六点。要交押金五十元。"
        "中午管一顿饭，下班在店里领当天的钱，会说普通话就行。"
    )
    page = read_body(response)
    assert get_headline(response) == "先问清楚" and "先别交钱" in page and "要留意的有 1 条" in page
    assert [(tone, mark) for tone, mark in list_marked_words(response) if "押金" in mark]
    assert "先问清楚" in client.get("/check/about/doubted/").content.decode()


@pytest.mark.parametrize(
    ("level", "fraud_type", "message", "kind"),
    [
        ("high", "upfront_fee", "很像骗局", "像是“押金/服装费/报名费”一类的骗局"),
        ("high", "", "很像骗局", ""),
        ("high", "other", "很像骗局", ""),
        ("high", "card_rental", "很像在帮骗子做事", "像是“出租出售两卡”一类的骗局"),
        ("medium", "typing_scam", "有可疑的地方", "有点像“打字录入”一类的骗局"),
        ("medium", "money_mule", "有可疑的地方", "有点像“跑分”一类的骗局"),
        ("medium", "", "有可疑的地方", ""),
        ("low", "typing_scam", "看不出来", ""),
        ("low", "", "看不出来", ""),
    ],
)
def test_each_level_has_its_words(monkeypatch, level, fraud_type, message, kind):
    findings = [build_signal(f"rule.{n}", n, n + 2, fraud_type=fraud_type) for n in (0, 4)]
    patch_screen_text(monkeypatch, level, fraud_type, findings)
    response = post_check(text=LONG_ENOUGH)
    assert get_headline(response) == message
    assert f'class="verdict {level}"' in read_body(response)
    assert (f'<p class="kind">{kind}</p>' in read_body(response)) if kind else (
        'class="kind"' not in read_body(response)
    )  # fmt: skip


@pytest.mark.parametrize("level", ["medium", "high"])
@pytest.mark.parametrize("fraud_type", ["wage_theft", "id_seizure"])
def test_where_work_is_taken_for_nothing_the_words_are_not_of_transfers(
    monkeypatch, level, fraud_type
):
    findings = [build_signal(f"rule.{n}", n, n + 2, fraud_type=fraud_type) for n in (0, 4)]
    patch_screen_text(monkeypatch, level, fraud_type, findings)
    response = post_check(text=LONG_ENOUGH)
    page = read_body(response)
    assert get_headline(response) == "这活容易吃亏" and "已经去干了，或者交了证件" in page
    first = page.partition('class="calls"')[2].partition("</p>")[0]
    assert 'href="tel:12333"' in first and "110" not in first
    assert "别转账" not in page.partition('class="verdict')[2].partition("</section>")[0]


def test_who_is_perhaps_asked_to_help_is_not_told_of_paying(monkeypatch):
    patch_screen_text(
        monkeypatch, "medium", "money_mule", [build_signal(f"rule.{n}", n, n + 2) for n in (0, 4)]
    )
    assert "先别答应：卡、收款码、账号、手机都别借给人" in read_body(post_check(text=LONG_ENOUGH))


def test_whatever_leads_away_from_the_answer_leaves_it_open():
    """There is no way back to what was posted and may not be stored."""
    make_alert("刷单案", fraud_type="brushing_rebate")
    page = (
        read_body(post_check(text=EXAMPLES["rebate"].text))
        .partition("<main")[2]
        .partition("</main>")[0]
    )
    links = re.findall(r'<a [^>]*href="/[^>]*>', page)
    assert len(links) == 3, "the page to share, the scheme, an alert"
    assert [link for link in links if 'target="_blank"' not in link] == []


def test_the_answer_keeps_the_text_to_be_corrected():
    assert f">\n{LONG_ENOUGH}</textarea>" in read_body(post_check(text=LONG_ENOUGH))


def test_sent_twice_it_is_answered_twice_the_same(client):
    def answered():
        return re.sub(
            r'value="\w{64}"', "", read_body(post_check(client, EXAMPLES["deposit"].text))
        )

    client.get(ADDRESS)
    assert answered() == answered()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_one_button_away(client, name):
    assert f'name="example" value="{name}"' in read_body(client.get(ADDRESS))
    response = client.post(ADDRESS, {"example": name})
    assert "你贴的内容" in read_body(response)
    assert EXAMPLES[name].text.splitlines()[0][:8] in read_body(response)


def test_of_a_code_alone_nothing_is_said_but_what_it_does():
    response = post_check(pictures=[picture_of("https://u.wechat.com/abcdefgh")])
    assert get_headline(response) == "字太少，看不出来" and "加对方为微信好友" in read_body(
        response
    )


# -- numbers, groups and what the text may hold


def test_every_reason_has_a_number_and_every_number_a_reason(monkeypatch):
    text = "诚聘兼职，限女生，押金二百，加薇信 abcde，日结"
    at = text.index
    patch_screen_text(
        monkeypatch,
        "high",
        "upfront_fee",
        [
            build_signal("discrimination.sex", at("限"), at("限") + 3, "写了性别要求。", weight=0),
            build_signal(
                "wording.upfront_fee.deposit", at("押"), at("押") + 4, "要押金。", "upfront_fee"
            ),
            build_signal(
                "contact_evasion.wechat", at("加"), at("加") + 9, "写了微信号。", weight=10
            ),
            build_signal("pay.high", 0, 0, "报酬不合常理。"),
            build_signal("distribution.spread", 0, 0, "别处也有。", weight=10),
        ],
    )
    page = read_body(post_check(text=text))
    reasons = re.findall(r'<li id="reason-(\d+)"[^>]*>.*?<p>(.*?)</p>', page)
    assert reasons == [
        ("1", "要押金。"),
        ("2", "报酬不合常理。"),
        ("3", "写了微信号。"),
        ("4", "别处也有。"),
        ("5", "写了性别要求。"),
    ]
    order = [
        page.index(f"<h2>{h}</h2>") for h in ("哪里可疑", "联系方式", "另外", "招聘要求不合规")
    ]
    assert order == sorted(order)
    assert set(re.findall(r'href="#reason-(\d+)"', page)) == {"1", "3", "5"}
    assert "可疑的有 2 条（1 到 2 号），还有 3 条提醒（3 到 5 号）。" in page
    assert page.count("说的是整段话，上面没有标号") == 2
    assert [tone for tone, _words in list_marked_words(post_check(text=text))] == [
        "rules",
        "fraud",
        "contact",
    ]


def test_one_reason_at_several_places_has_one_number(monkeypatch):
    signals = [build_signal("wording.x", n, n + 2, "同一句。", "upfront_fee") for n in (0, 5)]
    patch_screen_text(monkeypatch, "medium", "upfront_fee", signals)
    response = post_check(text=LONG_ENOUGH)
    assert (
        len(list_marked_words(response)) == 2 and read_body(response).count('<li id="reason-') == 1
    )
    assert "可疑的有 1 条（1 号）。" in read_body(response)


@pytest.mark.parametrize(
    ("between", "places"), [("，", 3), ("\n", 1)], ids=["clauses", "joined to one mark"]
)
def test_of_several_clauses_the_heaviest_is_quoted_and_the_others_are_counted(between, places):
    clauses = ["你放心这笔钱肯定退", "工服钱两百六是押在你自己那件衣服上的", "干满三个月原数还你"]
    response = post_check(text=between.join(clauses))
    page = read_body(response)
    assert re.findall(r"<q>(.*?)</q>", page) == [clauses[2]]  # as the model weighs them
    assert page.count('<a href="#reason-1"') == len(re.findall(r"<mark\b", page)) == places
    more = f"另有 {places - 1} 处也标了 1 号。"
    assert (more in page) is (places > 1) and "可疑的有 1 条（1 号）。" in page


def test_what_is_light_is_not_called_suspicious(monkeypatch):
    patch_screen_text(monkeypatch, "low", "", [build_signal("rule.x", 0, 2, "少见。", weight=25)])
    assert "要留意的有 1 条（1 号）。" in read_body(post_check(text=LONG_ENOUGH))


def test_one_finding_of_medium_risk_is_met_with_general_advice(monkeypatch):
    patch_screen_text(
        monkeypatch, "medium", "brushing_rebate", [build_signal("rule.x", 0, 2, "垫付。")]
    )
    page = read_body(post_check(text=LONG_ENOUGH))
    assert "有可疑的地方" in page and 'class="kind"' not in page
    assert get_advice("").now[0] in page
    assert get_advice("brushing_rebate").continues[0] not in page


def test_work_that_may_not_be_offered_is_told_with_its_law():
    page = read_body(post_check(text="四级替考，枪手长期要，过了再给八百，加微信聊"))
    assert "《教育法》" in page and "这样的活不许招" in page


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> 先垫付，返佣金 <b>快来</b>",
        "'; DROP TABLE accounts_user; -- 先垫付，再返佣金",
        "{{ 7|add:7 }}{% debug %} %s %(x)s \\1 先垫付，再返佣金",
        '"><img src=x onerror=alert(1)> </textarea><script>',
    ],
)
def test_whatever_is_pasted_is_words(text):
    page = read_body(post_check(text=text))
    assert (
        "<script>alert" not in page
        and "<img src=x" not in page
        and "</textarea><script" not in page
    )
    assert page.count("</textarea>") == 1


def test_characters_that_turn_the_line_or_hide_are_shown():
    page = read_body(post_check(text="加\u202e我\u200b微信，先垫付再返佣金"))
    shown = page.partition('class="quote"')[2].partition("</p>")[0]
    assert shown.count("▯") == 2 and "\u202e" not in shown and "\u200b" not in shown
    assert "藏在字里" in page
    assert "藏在字里" not in read_body(post_check(text=LONG_ENOUGH))


def test_a_nul_among_the_words_is_dropped():
    response = post_check(text="先垫\0付，再返佣金，一单一结")
    assert response.status_code == 200 and "垫付" in read_body(response)


# -- how much


def test_ten_thousand_characters_are_read():
    text = ("今天去河边走了走，风不大。" * 800)[:10_000]
    assert get_headline(post_check(text=text)) == "看不出来"


def test_of_more_it_is_said_how_many_there_are():
    text = "今天去河边走了走，风不大。" * 1000
    response = post_check(text=text)
    page = read_body(response)
    assert "这里有 13,000 字，多了 3,000 字" in page and text in page
    assert 'aria-invalid="true"' in page and 'class="verdict' not in page
    assert "maxlength" not in page.partition("<textarea")[2].partition(">")[0], "no silent cut"


def test_line_ends_of_a_browser_do_not_count_twice():
    assert get_headline(post_check(text="走\r\n" * 5000)) == "看不出来"


@pytest.mark.parametrize("text", ["", "   \n\t "])
def test_nothing_is_asked_for_again(text):
    page = read_body(post_check(text=text))
    assert "把对方发来的话贴进来" in page and 'class="verdict' not in page


# -- what else is known


def test_alerts_of_the_same_kind_are_those_of_the_remembered_city(place):
    make_alert("湘西的刷单案", places=[place("xiangxi")], fraud_type="brushing_rebate")
    make_alert("湘西的押金案", places=[place("xiangxi")], fraud_type="upfront_fee")
    client = make_browser()
    client.cookies["city"] = "xiangxi"
    page = read_body(post_check(client, EXAMPLES["rebate"].text))
    assert "相同套路的预警" in page and "湘西的刷单案" in page and "湘西的押金案" not in page
    assert "/xiangxi/news/" in page and "同城" in page
    assert "/xiangxi/news/" not in read_body(post_check(text=EXAMPLES["rebate"].text))


SAID = (
    "在仓库里给快递分拣装袋，按地区放进不同的笼车，货不重，但是要一直走动；"
    "有师傅带着学，第一天就能上手，穿平底鞋，晚上十点以前结束，管一顿晚饭。"
)


def test_a_text_that_was_removed_for_fraud_is_never_without_fault(publish):
    listing = publish(title="夜间分拣", duties=SAID)
    move_listing(listing.pk, "removed_fraud", None, "核实", fraud_type="upfront_fee")
    store_fingerprints([listing.pk])
    response = post_check(text=f"夜间分拣\n{SAID}\n能连续站立四小时。")
    page = read_body(response)
    assert get_headline(response) == "有可疑的地方"
    assert "说得差不多、因涉诈下架的" in page and f'href="{listing.get_absolute_url()}"' in page
    assert "几乎一样" in page and "夜间分拣</a>" not in page
    assert get_headline(post_check(text=LONG_ENOUGH)) == "看不出来"


def test_a_suspicious_text_that_stands_here_can_be_reported_at_once(publish, monkeypatch):
    listing = publish(title="夜间分拣", duties=SAID)
    store_fingerprints([listing.pk])
    assert "/report/listing/" not in read_body(post_check(text=SAID)), (
        "not where nothing is wrong with it"
    )
    patch_screen_text(monkeypatch, "medium", "upfront_fee")
    text = f"夜间分拣\n{SAID}\n能连续站立四小时。"
    assert f'href="/report/listing/{listing.pk}/"' in read_body(post_check(text=text))
    move_listing(listing.pk, "held", None, "核查")
    assert "/report/listing/" not in read_body(post_check(text=text))


def test_a_city_that_is_none_is_as_none():
    client = make_browser()
    client.cookies["city"] = "no-such-city'"
    assert post_check(client, EXAMPLES["rebate"].text).status_code == 200


def test_the_page_names_the_channels_that_are_switched_on_and_have_a_public_address(
    client, settings
):
    Operator.objects.create(check_account="湘西查一查", check_phone="10690000123")
    assert "也可以直接转发" not in read_body(client.get(ADDRESS))
    settings.CHECK_MAIL = "查一查 <check@jobs.example>"
    settings.WECHAT, settings.SMS_UP_KEY = {"app_id": "wx1"}, "0" * 64
    page = read_body(client.get(ADDRESS))
    assert "微信服务号：<b>湘西查一查</b>" in page
    assert 'href="sms:10690000123"' in page and 'href="mailto:check@jobs.example"' in page
    Operator.objects.update(check_account="", check_phone="")
    page = read_body(client.get(ADDRESS))
    assert "微信服务号" not in page and "sms:" not in page and "mailto:check@" in page


def test_queries(django_assert_num_queries, django_assert_max_num_queries, place):
    """The counter, known contacts, the trained model, where the text stands (two), those removed
    that said the same (two), those that stand here (two), alerts, the operator."""
    for n in range(3):
        make_alert(f"刷单案 {n}", places=[place("xiangxi")], fraud_type="brushing_rebate")
    client = make_browser()
    with django_assert_num_queries(1):  # the operator
        client.get(ADDRESS)
    text = EXAMPLES["rebate"].text
    post_check(client, text)
    with django_assert_max_num_queries(11):
        post_check(client, text)
