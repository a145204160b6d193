"""What texts of 500 characters cost the engine: an honest advertisement, a dishonest one, and one in which every
clause is a sign of something, each again and again; and texts of the corpus in a row, each time others."""

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from screening.engine import assess_offer
from screening.linear_model.corpus import HONEST, SCAM, read_corpus

BUDGET_MS = 3
SIZE = 500
STRIDE = 7919  # a prime number, so that neighbours in a file do not stand together
ROWS, READ_BEFORE = (
    1000,
    600,
)  # different ones, made before any is measured; those behind so many are read first
ONE_LINE = 40  # characters: one-line scams in a row are as dense as scams come
_HONEST = (
    "超市早班理货员，六点到十点，一天九十元，按周发到自己的卡上。负责把到货拆箱上架，核对价签和日期，整理堆头，"
    "帮顾客找东西。能搬二十公斤的箱子，做事仔细就行，男女不限，学生周末也可以来。店在解放路八十八号一楼，"
    "带身份证来登记，看一眼就还。工服店里发，不收押金。试工半天，也按小时算钱。"
)
_SCAM = (
    "在家一部手机就能做，点赞关注每单五元，日赚三百不是梦，小白手把手教，不收任何费用。先垫付商品款，"
    "本金和佣金十分钟返还。名额有限，加企鹅进群领任务，下载软件登记。"
)
_DENSE = (
    "日结 500！加微 vx：abc_2024 或 QQ 一零二零三，Telegram @job88；先交押金 98 元、服装费 200、体检费 150，"
    "刷单垫付返佣 30%，下载 http://a.example/app.apk，银行卡借用跑分一天一千，验证码发我，贷款买课包就业，"
    "裸聊直播、陪酒夜场小费高，出国高薪包机票，身份证抵押，发票、代付、共享屏幕，限女、18-25 岁、未婚，"
    "支付宝 138-0000-0000，进群领任务，微信号拼音 wei xin，企 鹅 群 6 6 8 8，保证金三天退，名额仅剩 2 个。"
    "直播间补单当天返本，一单八元手机就能操作，宝妈学生都行；代实名、收旧卡、租对公户，带证扫脸 80 一次，"
    "入职先办健康证 180 和上岗证 320，交完排班；海外客服月入三万，边境有人接，护照统一保管；跟老师买涨跌，"
    "稳赚不赔，充 1000 送 88，提现先交税；帮忙取现送包裹，油费另结，别问里面；论文代写、替考、人肉点赞、"
    "投票号批发，找 kefu_77 或拨 0743-0000000，暗号「夜班」，满 16 就能来 KTV，今晚 9 点前定金 50 锁位，先到先得。"
)


def list_bench_texts():
    """(name, work) of each kind."""
    for name, text in (("honest", _HONEST), ("dishonest", _SCAM), ("dense", _DENSE)):
        long = (text * (SIZE // len(text) + 1))[:SIZE]
        yield f"screening, {name}, {SIZE} characters", lambda long=long: assess_offer(long).level
    corpus = read_corpus()
    scams = [entry.text for entry in corpus if entry.label == SCAM and len(entry.text) <= ONE_LINE]
    honest = [entry.text for entry in corpus if entry.label == HONEST]
    for name, texts in (("one-line scams", scams), ("honest texts", honest)):
        table = list(islice(put_in_rows(texts), ROWS))
        for row in table[READ_BEFORE:]:  # else the first ones pay for all characters that turn up
            assess_offer(row)
        rows = cycle(table)
        yield (
            f"screening, {name} in a row, {SIZE} characters",
            lambda rows=rows: assess_offer(next(rows)).level,
        )


def put_in_rows(texts: Sequence[str]) -> Iterator[str]:
    """Yield texts of that size for ever, each of other texts one after another."""
    place = 0
    while True:
        row = ""
        while len(row) < SIZE:
            row += f"{texts[place % len(texts)]}。"
            place += STRIDE
        yield row[:SIZE]
