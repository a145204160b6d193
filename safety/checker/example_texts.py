"""Texts to try the checker with, made up for it."""

from typing import NamedTuple


class ExampleText(NamedTuple):
    label: str
    text: str


EXAMPLES = {
    "rebate": ExampleText(
        "做单返利",
        "招手机操作员，在家就能做，时间自由。\n"
        "每天帮商家做单提升销量，一单三分钟，佣金当场返到账，一天稳拿 300-800 元。\n"
        "前三单您先垫付，做完本金和佣金一起返还，一分不少。\n"
        "名额不多，想做的加薇 ❤ mm 二零三五六，备注“兼职”。",
    ),
    "deposit": ExampleText(
        "先交服装费",
        "您好，您的简历我们看过了，恭喜通过面试！\n"
        "岗位：商场促销，一天 260 元，日结。入职前请先交 300 元服装费和 200 元押金，离职时退还。\n"
        "今天下午五点前转到这个账户，名额就给您留着。",
    ),
    "honest": ExampleText(
        "正常的招聘",
        "周末传单派发，招 4 人。\n"
        "周六、周日 9:00 到 17:00，在步行街口发超市促销单，中间休息一小时，管午饭。\n"
        "每小时 20 元，当天下班现场结清。不收任何费用，带身份证登记，看完就还你。",
    ),
}
