"""The engine as a whole: what is denied, what adds up, and what an offer's parts make together."""

import pytest

from screening import engine
from screening.assessment import Signal, assessment
from screening.assessment import level as level_of
from screening.fraud_types import FraudType
from screening.lexicon import Lexicon
from screening.signals import pitch
from screening.signals.pitch.role import Frame, Pitch, Pitches, Role


def level(text):
    return engine.assess(text).level


@pytest.mark.parametrize(
    "text",
    [
        "诚聘打包员。凡以刷单、垫付名义收钱的都是诈骗，请勿相信",
        "刷单的不要来，我们只招店员",
        "本岗位不涉及租卡、跑分",
        "有人叫你租卡的都是骗子，与本店无关",
        "公司不会以任何理由收钱，包括服装费",
        "不收任何费用，谁向你收报名费请打门店电话",
        "驾校招接待，给学员开票、收报名费",
        "体检费凭票由公司报销",
        "请同学们不要出租银行卡",
        "银行卡别借给别人，工资发您本人卡里",
        "近期有骗子冒充老师收资料费，有疑问打电话给班主任",
        "我行不会要求您转账到安全账户",
        "服装店招导购，服装费店里没有这种说法",
        "编织老师，材料费社区出",
        "奶茶店招人，刷单的滚远点",
        "选手已交报名费，你负责发号码布",
        "我司不向求职者收中介费",
        "跑腿送蛋糕，不接现金，每单九块",
    ],
)
def test_what_a_text_denies_warns_of_or_asks_of_others_is_no_finding(text):
    found = engine.assess(text)
    assert found.level == "low", found.signals


@pytest.mark.parametrize(
    "text",
    [
        "免费介绍工作，只收介绍费 50 元",
        "免费介绍工作只收介绍费五十元",
        "不用经验入职交押金三百元",
        "无需出门在家打字先交会员费",
    ],
)
def test_a_denial_reaches_no_further_than_what_it_denies(text):
    assert level(text) != "low"


@pytest.mark.parametrize(
    "text",
    [
        "加微信",
        "兼职，日结，加微信",
        "周末展会兼职，一天 180 元当天现结，管一顿饭，加领队微信排班",
        "奶茶店招人，新手手把手教，时薪 18 元，到店面试",
        "骑手，多劳多得，可日结，无经验可培训，当天上岗",
        "电子厂普工，包吃住，推荐朋友入职有奖励，无需经验",
        "地推员，请路人扫码下载买菜软件，一单八元，日结",
        "插画师可远程，时间自由，按张结算，先看作品再签合同",
        "妈，晚上加班，不用等我吃饭",
        "各位家长，周五下午四点开家长会",
    ],
)
def test_each_part_alone_is_honest(text):
    assert level(text) == "low"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("挂着电脑自动来钱，一天能赚六百，小白可教，加微信了解", "account_tasks"),
        ("亲，你的资料我们看过了，网上的活，手机就行，工资日结，加企鹅安排入职", ""),
        ("关注几个主播就有佣金返还，想做的下载这个软件，进群领单", "brushing_rebate"),
        ("仓管，工作地点：柬埔寨金边，不看经验，无需面试，月薪两万五", "overseas_job"),
        (
            "我是经侦支队民警，你涉嫌洗钱，把钱转到安全账户核查，不要告诉家里人",
            "impersonate_police",
        ),
        ("小周，我是刘总，在开会不方便接电话，先垫三万转给客户", "impersonate_boss"),
        ("帮我去买六张礼品卡，刮开把密码拍照发我", "impersonate_boss"),
        ("您好，客服这边，您开通了百万保障每月扣费，请共享屏幕帮您关闭", "impersonate_cs"),
        ("无抵押贷款，不看征信，凭身份证当天放款", "fake_loan"),
        ("内部消息，老师带你买股票，稳赚不赔，扫码进群", "fake_investment"),
        ("提现前要先交税，不交账户就冻结，投资的钱都出不来", "fake_investment"),
        ("亲爱的，平台有漏洞，你先充值，咱们一起赚结婚的钱", "romance"),
        ("二手相机低价出，不走平台，微信转账后发货", "fake_shopping"),
        ("免费送皮肤，用妈妈手机扫码就能领", "game_trade"),
        ("养老项目认购，年化百分之十五，保本，拉亲友有返点", "illegal_fundraising"),
        ("恭喜您中奖，免费送电饭煲，扫码加客服进群领取", "gift_bait"),
    ],
)
def test_parts_that_meet_make_a_scheme(text, kind):
    found = engine.assess(text)
    assert found.level != "low"
    assert kind in ("", found.fraud_type)


def test_a_pitch_tells_each_of_its_parts_with_place_and_reason():
    text = "电脑挂机，一天能赚六百，加微信了解"
    told = {s.code: s for s in engine.assess(text).signals if s.code.startswith("pitch.")}
    assert {"pitch.runs_itself", "pitch.channel"} <= set(told)
    assert text[slice(told["pitch.runs_itself"].start, told["pitch.runs_itself"].end)] == "挂机"
    assert all(signal.reason.endswith("。") and signal.weight for signal in told.values())


def test_every_part_that_weighs_says_why():
    roles = {role.name: role for role in pitch.ROLES}
    assert len(roles) == len(pitch.ROLES)
    for one in pitch.PITCHES:
        for name, weight in one.weights.items():
            assert 0 <= weight < 50
            assert not weight or roles[name].reason.endswith("。"), (one, name)


def ready(*pitches):
    roles = [
        Role("gain", "赚。", "日赚 稳赚"),
        Role("way", "加。", "加我 日赚"),
        Role("plain", "", "地址", least=2),
    ]
    return Pitches(roles, pitches)


def parts(text, **more):
    one = Pitch("p", FraudType.ACCOUNT_TASKS, "gain way", within=10, gain=20, way=10, **more)
    found = ready(one).find(engine.Reading(text))
    return {role.name: text[start:end] for _pitch, role, start, end in found}


def test_all_that_a_pitch_needs_must_stand_near_one_another():
    assert parts("日赚，加我") == {"gain": "日赚", "way": "加我"}
    assert parts("日赚") == {}
    assert parts("日赚" + "了" * 11 + "加我") == {}
    assert parts("日赚" + "了" * 11 + "稳赚，加我") == {"gain": "稳赚", "way": "加我"}


def test_one_word_plays_one_role():
    assert parts("日赚") == {}


def test_words_of_honest_work_speak_against_a_pitch():
    assert parts("日赚，加我，地址", unless="plain")
    assert not parts("日赚，加我，地址，地址", unless="plain")


def test_a_pitch_of_an_unknown_role_is_refused():
    with pytest.raises(ValueError, match="no such role"):
        ready(Pitch("p", FraudType.OTHER, "nothing"))


def test_the_same_words_and_reason_are_told_once_for_the_type_of_the_text():
    """A role may tell of several types at one place; each counts, one is told."""
    told = [
        Signal("pitch.channel", 10, 0, 2, "叫你加微信。", "fake_loan"),
        Signal("pitch.channel", 8, 0, 2, "叫你加微信。", "romance"),
        Signal("pitch.affection", 40, 3, 5, "谈感情。", "romance"),
    ]
    said = assessment(told)
    assert (said.fraud_type, said.score) == ("romance", 45)
    assert [(s.code, s.fraud_type) for s in said.signals] == [
        ("pitch.channel", "romance"),
        ("pitch.affection", "romance"),
    ]


def framed(text, *frames):
    found = Pitches(
        [Role("pays", "交。", frames=frames)], [Pitch("p", FraudType.UPFRONT_FEE, "pays", pays=20)]
    )
    return [text[start:end] for _pitch, _role, start, end in found.find(engine.Reading(text))]


def test_a_frame_is_a_word_with_what_stands_behind_or_before_it():
    assert framed("先转给我300元", Frame("转给", r"我\d+")) == ["转给我300"]
    assert not framed("转给我们", Frame("转给", r"我\d+"))
    assert framed("一共300元自理", Frame("自理", before=r"\d+元$")) == ["300元自理"]
    assert not framed("食宿自理", Frame("自理", before=r"\d+元$"))


def test_a_pattern_stops_at_a_comma_however_it_is_written():
    clause = Frame("先转", r"[^，。\n]{0,8}\d+")
    assert framed("先转给我300", clause)
    assert not framed("先转,给我300", clause)
    assert not framed("先转，给我300", clause)


def test_a_longer_word_hides_the_word_inside_it():
    words = Lexicon([("万象", 1), ("刷单", 2)], besides=["万象城", "刷单间"])
    assert list(words.hits("万象城里的刷单间")) == []
    assert [meaning for _s, _e, meaning in words.hits("万象招刷单")] == [1, 2]


def test_words_of_honest_work_quiet_a_clue():
    assert level("活动发水发饼，不发工资，来帮忙") != "low"
    assert level("补给站义工，发水发饼，不发工资，有时长证明") == "low"


def test_three_contacts_weigh_no_more_than_one():
    one = Signal("contact_evasion.qq", 10, 0, 2, "。")
    more = [
        one,
        Signal("contact_evasion.phone", 10, 3, 5, "。"),
        Signal("pay.high", 20, 6, 8, "。"),
    ]
    assert assessment([one]).score == 10
    assert assessment(more).score == 28


@pytest.mark.parametrize(
    ("score", "expected"), [(39, "low"), (40, "medium"), (69, "medium"), (70, "high")]
)
def test_a_level_begins_at_its_score(score, expected):
    assert level_of(score) == expected
