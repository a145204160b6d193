"""What listings of the bench say: no two the same, as nearly all real ones, so that a change of one outdates its own
page and not those of all others."""

from random import Random

SENTENCES_OF_TEXT = 16
_NUMBER = 256
_WHEN = "早上 上午 中午 下午 傍晚 周末 开门前 收工前 换班时 人多时 雨天 下课后".split()
_PLACES = "商场门口 前台 后厨 仓库 收银台 展位 货架边 操场边 教室里 大厅 停车场 打包台".split()
_WORK = (
    "发传单 摆样品 登记来访的人 整理物料 点货 贴价签 收餐盘 擦桌子 传菜 引路 看门票 扫地 装袋 称重 核对单号 "
    "陪孩子写作业 批改听写 递工具 搬轻箱 拍照存档 换海报 收回执单 布置气球 分发胸牌"
).split()


def write_sentences() -> list[str]:
    """Return the same sentences each time; a text is some of them."""
    random = Random(9)  # noqa: S311 - a spread, no secret
    sentences: dict[str, None] = {}
    while len(sentences) < _NUMBER:
        first, second = random.sample(_WORK, 2)
        sentences[f"{random.choice(_WHEN)}在{random.choice(_PLACES)}{first}，再{second}。"] = None
    return list(sentences)
