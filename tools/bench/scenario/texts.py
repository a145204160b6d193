"""What visitors check and what employers post: written for the bench, no two the same."""

from random import Random
from typing import Any

CHECKED = (
    "兼职刷单，做一单结一单，先垫付 300 元，做完十分钟返本金加佣金 30 元，加企鹅 10203 进群领任务。",
    "您好，我们是超市，周末缺两名理货员，早六点到中午，一小时二十元，当天转账，带身份证到店登记。",
    "姐妹，打字员在家做，一千字四十元，入职先交 98 元资料保证金，第三天退，名额就剩两个了。",
    "餐厅晚市招传菜员，五点到九点，包一顿饭，按周发工资，在步行街北口，来之前打店里座机。",
    "帮忙收一笔货款再转到指定账户，每一万给你一百，只要银行卡和手机，安全合法，日结。",
)
_WORK = {
    "waiter": (
        "服务员",
        "点单 传菜 收台 摆碗筷 领客人入座 添茶水 擦桌子 洗杯子 报菜名 收伞".split(),
    ),
    "flyer": (
        "派发员",
        "发试饮券 摆展架 补货 记人数 收展台 指路 递袋子 换海报 清点券 收空杯".split(),
    ),
    "cashier": (
        "收银员",
        "扫码 装袋 对账 换零钱 贴价签 收篮子 开票 理小票 整理糖果架 答询价".split(),
    ),
    "sorter": ("分拣员", "扫件 装袋 码垛 贴单 搬轻箱 核数量 挑破损 封箱 推小车 扫地".split()),
}
_PLACES = "东门 西街 南桥 北口 河边 站前 中学旁 市场里 广场边 老城 新区 工业园".split()
_WHEN = (
    "早上六点开始 上午九点开始 中午十一点开始 下午两点开始 傍晚五点开始 周末全天 一三五晚上".split()
)
_PAID = "当天结 做完就结 第二天结 周五结".split()


def write_posting(random: Random, *, is_queued: bool) -> dict[str, Any]:
    """Return the words of a listing; a queued one has a contact in its text, which a moderator must see."""
    category = random.choice(list(_WORK))
    name, tasks = _WORK[category]
    chosen = random.sample(tasks, 6)
    place = f"{random.choice(_PLACES)}{random.randint(1, 199)} 号"
    duties = (
        f"在{place}，{random.choice(_WHEN)}，主要是{'、'.join(chosen)}，{random.choice(_PAID)}。"
    )
    duties += f"一共要 {random.randint(2, 9)} 个人，一天 {random.randint(3, 8)} 小时，有老员工带。"
    if is_queued:
        duties += f"想来的加微信 example-{random.randint(10_000, 99_999)} 问。"
    pay = random.randint(20, 26)
    return {
        "title": f"{place}{name}",
        "category": category,
        "address": place,
        "duties": duties,
        "requirements": f"能站 {random.randint(2, 5)} 小时，守时。",
        "headcount": random.randint(2, 9),
        "pay_min": pay,
        "pay_max": pay + random.randint(0, 4),
    }
