"""The type proposed for an article, over texts written for these tests."""

from pathlib import Path

import pytest

from news.analysis import schemes
from news.analysis.scheme_corpus import read_article_file, read_articles, read_own_guides
from screening.fraud_types import FraudType, list_fraud_types
from textkit.widths import fold_widths

HERE = Path(__file__).parent
UNSEEN = [
    row
    for name in ("unseen_general", "unseen_alerts", "unseen_towns")
    for row in read_article_file(HERE / f"{name}.txt")
]
TRAINED = read_articles()


def guess_article_scheme(row):
    return schemes.guess_scheme(fold_widths(row.title), fold_widths(row.text))


def test_of_news_that_nobody_trained_on_hardly_any_becomes_a_warning():
    news = [row for row in UNSEEN if not row.warns]
    accused = [row.title for row in news if guess_article_scheme(row)]
    assert len(news) > 290
    assert len(accused) <= 0.01 * len(news), accused


def test_of_warnings_that_nobody_trained_on_nearly_all_are_known_with_their_type():
    warnings = [row for row in UNSEEN if row.warns]
    types = [(row.subject, guess_article_scheme(row)) for row in warnings]
    known = [(subject, scheme) for subject, scheme in types if scheme]
    typed = [(s, scheme.fraud_type) for s, scheme in known if s != FraudType.OTHER]
    assert len(warnings) > 200
    assert len(known) >= 0.95 * len(warnings)
    assert sum(subject == kind for subject, kind in typed) >= 0.93 * len(typed)


@pytest.mark.full
def test_the_shipped_model_knows_its_corpus():
    """Fails if texts were added without `manage.py train_scheme_model`."""
    assert {row.subject for row in TRAINED if row.warns} == set(list_fraud_types())
    long = [row for row in TRAINED if len(row.text) > 40]
    assert not [row.title for row in TRAINED if not row.warns and guess_article_scheme(row)]
    warnings = [row for row in long if row.warns and row.subject != FraudType.OTHER]
    schemes_told = [(row, scheme) for row in warnings if (scheme := guess_article_scheme(row))]
    assert len(schemes_told) >= 0.97 * len(warnings)
    for row, scheme in schemes_told:
        assert scheme.fraud_type == row.subject, row.title
        assert 0 < scheme.score <= 100 and scheme.words


def test_the_model_ships_small():
    assert schemes.ARTIFACT.stat().st_size <= 400_000
    assert len(list(read_own_guides())) == 2 * len(list_fraud_types())


@pytest.mark.parametrize(
    "title",
    ["村民头部被子弹射穿", "警方通报一起持刀伤人案", "谨防小盘股回落", "高层次人才政策问答"],
)
def test_what_has_no_fraud_in_it_is_no_warning(title):
    assert schemes.guess_scheme(title, f"{title}。") is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "警方发布年度反诈报告",
            "刷单返利、虚假贷款、冒充客服、虚假投资、冒充公检法等诈骗仍然高发，提醒市民不轻信。",
        ),
        (
            "注意！四大骗局专盯求职者",
            "一是刷单，先垫付后返利。二是培训贷，学费办分期。三是黑中介，收介绍费。四是境外高薪，骗到缅北。",
        ),
        ("骗子又有新花样", "有人捡到带二维码的车票扫码后手机中毒，被骗子转走存款，警方已立案。"),
    ],
)
def test_an_overview_or_an_unknown_scheme_is_other(title, text):
    guess = schemes.guess_scheme(title, text)
    assert guess.fraud_type == FraudType.OTHER


def test_a_row_of_scheme_names_hides_no_case():
    row = "电信诈骗有刷单返利、虚假贷款、冒充客服、冒充公检法等多种，"
    case = "这次的受害人在网上谈恋爱，男友从不见面，以看病为由一次次借钱，直到失联。"
    assert schemes.guess_scheme("又一起诈骗案告破", row + case).fraud_type == "romance"


def test_several_schemes_told_alike_are_no_single_one():
    text = "先垫付后返利的别做。学费办分期的别签。替人跑分的别碰。先交服装费的别去。警方提醒求职者当心诈骗。"
    assert schemes.guess_scheme("求职请当心", text).fraud_type == FraudType.OTHER


def test_the_beginning_of_an_overview_is_not_taken_for_the_whole():
    text = "本期盘点高发诈骗类型。一是贷款诈骗，凡是放款前要交保证金的，都是骗局。"
    assert schemes.guess_scheme("年底防骗提示", text).fraud_type == FraudType.OTHER


def test_what_stands_in_one_place_counts_once():
    title = "账号出租以后，被用来冒充熟人"
    text = "出租账号的李某说，他只收了五十元。民警提醒，实名的账号不要外借。"
    assert schemes.guess_scheme(title, text).fraud_type == "account_rental"


def test_an_overview_whose_title_names_one_scheme_is_about_that():
    title = "刷单骗局的五大套路"
    text = "第一类，垫付返佣金。第二类，连单才能提现。第三类，冒充客服让你补单。警方提醒，刷单就是诈骗。"
    assert schemes.guess_scheme(title, text).fraud_type == "brushing_rebate"


def test_the_scheme_in_the_title_goes_before_the_one_that_follows_from_it():
    text = (
        "扫码进群后，先做任务领红包，再垫付刷单，佣金和本金都没有返还，王女士被骗八千元，已报警。"
    )
    assert schemes.guess_scheme("免费送礼品，扫码就被骗", text).fraud_type == "gift_bait"
    assert schemes.guess_scheme("王女士刷单被骗", text).fraud_type == "brushing_rebate"


def test_fraud_in_passing_makes_no_warning():
    filler = "志愿者来到社区，向居民介绍新开的食堂和图书室，居民纷纷表示收获很大。" * 12
    text = f"{filler}有居民说起邻居刷单被骗的事。"
    assert schemes.guess_scheme("志愿服务进社区", text) is None


def test_a_long_article_with_a_few_words_of_fraud_is_no_warning():
    filler = "公司今年新开三家门店，员工培训和岗位晋升都有章可循，顾客满意度稳步提升。" * 20
    assert schemes.guess_scheme("一家餐饮企业的十年", filler + "店长提醒员工谨防诈骗。") is None


def test_what_is_said_not_to_be_asked_for_is_no_scheme():
    text = "招聘会现场人来人往，主办方说不收押金，也不收报名费，求职者可放心投递简历。"
    assert schemes.guess_scheme("春季招聘会开幕", text) is None


def test_a_sure_case_needs_no_word_of_alarm():
    title = "礼仪兼职面试当天就拍宣传册，照片费自己出"
    text = "对方夸她有镜头感，说先拍一套形象照才好推荐客户，她付了三千，拍完再没有等到通告。"
    article = schemes._Article(title, text)
    assert not article._speaks_of_fraud()
    assert article.guess().fraud_type == "model_card"


def test_without_a_word_of_alarm_a_title_on_a_topic_asks_for_a_surer_case(monkeypatch):
    text = (
        "招不到熟手，餐馆决定自己教。学的人不交钱，听完可以自己选店去试，学完不去上班也没有关系。"
    )
    assert schemes.guess_scheme("餐馆组团培训服务员", text) is None
    monkeypatch.setattr(schemes, "SURE_ABOUT_TOPIC", 0)
    assert schemes.guess_scheme("餐馆组团培训服务员", text)


@pytest.mark.parametrize(
    ("title", "is_warning"),
    [
        ("被骗的钱要回来了：公安局集中退赃", False),
        ("刷单被骗后第一时间做什么", False),
        ("刷单被骗后等返还资金，又遇追回款项骗局", True),
        ("她刷单被骗后把经过写了下来", True),
    ],
)
def test_what_is_done_after_a_fraud_is_no_warning_unless_the_title_warns(title, is_warning):
    text = "刷单先垫付，佣金和本金都没有返还，她被骗四千元，民警立案后冻结了收款的账户。"
    assert (schemes.guess_scheme(title, text) is not None) == is_warning


def test_signals_point_into_title_and_text():
    title, text = "替人跑分被刑拘", "他用自己的收款码收款后转到指定账户，赚点佣金，警方查明是赃款。"
    guess = schemes.guess_scheme(title, text)
    whole = f"{title}\n{text}"
    assert guess.words[0] == "跑分"
    assert "跑分" in {whole[s.start : s.end] for s in guess.signals}
    assert {s.fraud_type for s in guess.signals} == {"money_mule"}


def test_blanks_around_a_title_do_not_shift_the_spans():
    guess = schemes.guess_scheme("  替人跑分被刑拘 ", "警方提醒。")
    assert [guess.words[0], guess.signals[0].start] == ["跑分", 2]


@pytest.mark.parametrize(("title", "text"), [("", ""), (" ", "\n\n"), ("骗", ""), ("", "诈" * 9)])
def test_hardly_any_text_is_no_fraud(title, text):
    assert schemes.guess_scheme(title, text) is None


@pytest.mark.parametrize(
    "piece", ["诈骗", "刷单、跑分、黑中介、", "刷单", "大类骗局", "高发", "。", "押金工作"]
)
def test_a_hostile_text_comes_to_an_end(piece):
    text = piece * (30_000 // len(piece))
    scheme = schemes.guess_scheme(text, text)
    assert scheme is None or scheme.fraud_type


@pytest.mark.parametrize(
    ("text", "fraud_type"),
    [
        ("店员干了二十天，老板拖着工资不给，劳动监察大队责令他结清工资。", "wage_theft"),
        ("店员干了二十天，老板当面点清工资，劳动监察大队来查，工资单一张不少。", None),
    ],
)
def test_news_of_wages_is_a_case_only_with_a_word_for_pay_that_is_kept(text, fraud_type):
    guess = schemes.guess_scheme("一张工资单的来历", text)
    assert (guess and guess.fraud_type) == fraud_type
