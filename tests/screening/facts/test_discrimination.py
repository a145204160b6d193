"""Requirements the law forbids; contacts hidden in an offer have a file of their own."""

import pytest

from screening import engine
from screening.facts import discrimination
from screening.reading.folded_text import FoldedText


def find_signals(text):
    signals = discrimination.find_discrimination_signals(FoldedText(text))
    return {(s.code.rpartition(".")[2], text[s.start : s.end]) for s in signals}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("限女生", "sex"),
        ("只要男的", "sex"),
        ("女士优先", "sex"),
        ("招美女 3 名", "sex"),
        ("18-35岁", "age"),
        ("１８～３５ 周岁", "age"),
        ("年龄 40 以下", "age"),
        ("不超过 45 周岁", "age"),
        ("三十五岁以下", "age"),
        ("十八至三十周岁", "age"),
        ("年龄二十到四十", "age"),
        ("２５——３５岁", "age"),
        ("男女不限，18-35岁", "age"),
        ("年龄：30-35 性别：不限", "age"),
        ("年龄放宽到55岁", "age"),
        ("五十岁封顶", "age"),
        ("1. 男，有力气", "sex"),
        ("要求：1、女性，会电脑", "sex"),
        ("有经验的女性。", "sex"),
        ("服务员（女）", "sex"),
        ("年龄不限，限男性", "sex"),
        ("限\u200b女\u200b生", "sex"),
        ("只*要*女*生", "sex"),
        ("男女不限，五官端正", "looks"),
        ("外形靓丽", "looks"),
        ("身高1、60以上", "looks"),
        ("外地人优先", "household"),
        ("吉首户籍者优先", "household"),
        ("男女不限，未婚优先", "family"),
        ("形象好，气质佳", "looks"),
        ("身高165以上", "looks"),
        ("本地户口优先", "household"),
        ("外地人勿扰", "household"),
        ("限汉族", "ethnicity"),
        ("已婚已育优先", "family"),
        ("无乙肝", "health"),
    ],
)
def test_forbidden_requirements_are_found(text, kind):
    assert kind in {code for code, _words in find_signals(text)}


@pytest.mark.parametrize(
    "text",
    [
        "男女不限",
        "男女均可，身高不限",
        "不看学历，不看身高长相",
        "年满 18 周岁",
        "18 岁以上",
        "辅导 6-12 岁的孩子，男孩女孩都有",
        "访问 18-35 岁的消费者",
        "教 45 岁以上的阿姨用手机",
        "给女装店整理衣服，招女装导购",
        "搬 150cm 以上的货箱",
        "不限户籍",
        "户口本地外地不限",
        "每天 20-50 元",
        "不限性别",
        "性别：不限",
        "性别不限，年龄不限",
        "男女都可以",
        "男、女均可",
        "（男/女）都要",
        "年满 16 周岁",
        "年满十八周岁",
        "十八岁以上",
        "学生：女，初二",
        "给老人做饭，老人 60-70 岁",
        "服务对象 18-30 岁",
        "团队平均年龄 25-30 岁",
        "六十岁以上的老人",
        "找陈女士面谈",
        "男装女装分开摆",
        "打扫男女卫生间",
        "产假、婚假都有",
        "维护公司良好形象",
        "每天 18-35 单",
    ],
)
def test_what_denies_or_means_others_is_no_requirement(text):
    assert find_signals(text) == set()


def test_every_kind_has_a_lawful_way_to_say_it():
    for kind in discrimination.KINDS:
        assert discrimination.get_cure(f"discrimination.{kind}")


def test_they_never_speak_of_fraud():
    offer = "花店招店员，上午九点到下午五点，时薪 20 元，包午饭。"
    assessment = engine.assess_offer(
        f"{offer}限女生，18-35岁，形象好，本地户口优先，限汉族，已婚优先，无乙肝"
    )
    assert len({signal.code for signal in assessment.signals}) == 7
    assert assessment.level == "low"
