"""What one text costs the engine: an honest advertisement and a dishonest one, 500 characters."""

from screening.engine import assess

BUDGET_MS = 3
SIZE = 500
_HONEST = (
    "超市早班理货员，六点到十点，一天九十元，按周发到自己的卡上。负责把到货拆箱上架，核对价签和日期，整理堆头，"
    "帮顾客找东西。能搬二十公斤的箱子，做事仔细就行，男女不限，学生周末也可以来。店在解放路八十八号一楼，"
    "带身份证来登记，看一眼就还。工服店里发，不收押金。试工半天，也按小时算钱。"
)
_SCAM = (
    "在家一部手机就能做，点赞关注每单五元，日赚三百不是梦，小白手把手教，不收任何费用。先垫付商品款，"
    "本金和佣金十分钟返还。名额有限，加企鹅进群领任务，下载软件登记。"
)


def list_bench_texts():
    """(name, work) of each kind."""
    for name, text in (("honest", _HONEST), ("dishonest", _SCAM)):
        long = (text * (SIZE // len(text) + 1))[:SIZE]
        yield f"screening, {name}, {SIZE} characters", lambda long=long: assess(long).level
