"""Contacts hidden in an offer, and requirements the law forbids."""

import pytest

from screening.context import Context
from screening.reading import Reading
from screening.signals import contact_evasion, discrimination, find, find_in_offer


def found(finder, text):
    return {
        (s.code.rpartition(".")[2], text[s.start : s.end]) for s in finder(Reading(text), Context())
    }


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("电话13800138000找陈姐", "phone", "13800138000"),
        ("电话 １３８ ００１３ ８０００", "phone", "１３８ ００１３ ８０００"),
        ("打①③⑧零零幺三捌零零零", "phone", "①③⑧零零幺三捌零零零"),
        ("一三八 零零一三 八零零零", "phone", "一三八 零零一三 八零零零"),
        ("1-3-8-0-0-1-3-8-0-0-0", "phone", "1-3-8-0-0-1-3-8-0-0-0"),
        ("座机 0743-5550101", "phone", "0743-5550101"),
        ("加薇信聊", "wechat", "加薇信"),
        ("➕v聊", "wechat", "➕v"),
        ("VX：abc_12345", "wechat", "VX：abc_12345"),
        ("微信同号", "wechat", "微信同号"),
        ("扣扣123456789", "qq", "扣扣123456789"),
        ("加裙 123456789", "qq", "加裙 123456789"),
        ("看 https://example.com/x", "link", "https://example.com/x"),
        ("投 hr@example.com", "link", "hr@example.com"),
    ],
)
def test_contacts_are_found_however_they_are_written(text, kind, words):
    assert (kind, words) in found(contact_evasion.find, text)


@pytest.mark.parametrize(
    "text",
    [
        "每天 150-200 元，8:00-12:00，14:00-18:00",
        "负责微信公众号排版，熟悉微信群运营",
        "2026 年 12 月 6 日到 2026 年 12 月 31 日",
        "要用微信跟客户联系",
        "周一二三四五上班",
        "会用 node.js、ps、excel",
        "订单号 20261206123456789 照着录",
    ],
)
def test_what_only_looks_like_a_contact_is_none(text):
    assert found(contact_evasion.find, text) == set()


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
    assert kind in {code for code, _words in found(discrimination.find, text)}


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
    ],
)
def test_what_denies_or_means_others_is_no_requirement(text):
    assert found(discrimination.find, text) == set()


def test_every_kind_has_a_lawful_way_to_say_it():
    for kind in discrimination.KINDS:
        assert discrimination.cure(f"discrimination.{kind}")


def test_articles_are_not_read_for_them():
    assert find(Reading("限女生，电话13800138000")) == []
    assert len(find_in_offer(Reading("限女生，电话13800138000"), Context())) == 2
