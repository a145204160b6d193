"""Words that a stranger stumbled at, and that were replaced, do not come back: in no template, no message of ours."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
APPS = ("accounts", "cities", "jobsite", "listings", "news", "safety", "sitekit")
# Each once stood on a page of employers or of the staff.
OLD_WORDS = (
    *("求职的人", "交上去了", "提交好了", "放进去", "放好了", "接着填", "接着写", "接着改", "接着看"),
    *("你们暂停了", "又在招了", "续好了", "没有续上", "要核对的", "（有就交）", "改登记的内容", "不改了"),
    *("不了，回去", "不，回到", "头一次来", "不用写客气话", "为什么在这里", "兼职等着", "一起通过", "先放下"),
    *("已判为成立", "说的是这条兼职", "写的话会告诉", "报酬常态\"", "来修改", "无可选的", "具有日期", "E.164 格式"),
    *("招聘中\"", "告诉他\"", "发邀请信", "带走自己的资料", "存好了。", "存好了，也"),
)  # fmt: skip
_OLD_WORD = re.compile("|".join(map(re.escape, OLD_WORDS)))


def list_files():
    for app in APPS:
        for path in (PROJECT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path
    yield from (PROJECT / "templates").rglob("*.html")
    yield from (PROJECT / "templates").rglob("*.txt")


def list_old_words(text):
    return [match[0] for match in _OLD_WORD.finditer(text)]


def test_old_words_stay_away():
    assert list_old_words("续好了，求职的人看得到") == ["续好了", "求职的人"]
    by_file = {
        str(path.relative_to(PROJECT)): words
        for path in list_files()
        if (words := list_old_words(path.read_text("utf-8")))
    }
    assert by_file == {}
    translated = (PROJECT / "locale/zh_Hans/LC_MESSAGES/django.po").read_text("utf-8")
    translations = "".join(re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', translated, re.MULTILINE))
    assert list_old_words(translations) == []
