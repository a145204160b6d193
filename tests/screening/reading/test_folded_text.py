import pytest

from screening.reading.folded_text import FoldedText


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("刷 单", "刷单"),
        ("刷　单", "刷单"),
        ("刷\u200b单", "刷单"),
        ("刷\u0338单\u0338", "刷单"),
        ("ＱＱ１２３", "qq123"),
        ("①②③", "123"),
        ("1\ufe0f\u20e3", "1"),
        ("墊付後返傭金", "垫付后返佣金"),
        ("加 QQ", "加 qq"),
        ("WeChat  ID", "wechat id"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("  前后  ", "前后"),
        ("刷*单", "刷单"),
        ("刷-单，押.金", "刷单,押金"),
        ("加/微/信", "加微信"),
        ("包+吃+住", "包吃住"),
        ("请**不要**转账", "请不要转账"),
        ("薇亻言", "微信"),
        ("扌甲金", "押金"),
        ("⺅言⽉⼊", "信月入"),
        ("jia wei xin", "加微信"),
        ("Shuā Dān", "刷单"),
        ("ya-jin 三百", "押金三百"),
        ("刷dan、押jin、ya金", "刷单、押金、押金"),
        ("➕V 🐧 ✈️", "加微信企鹅飞机"),
        ("先交押💰", "先交押金"),
        ("ѕһuа dаn", "刷单"),
        ("ΝХ Ⓥ 🅥 🆅 🄥", "nx v v v v"),
        ("❶⓪⑴㈢〣٣", "101三33"),
        ("刷\u3164单\u2060", "刷单"),
        ("刷\u2003单", "刷单"),
        ("刷〇单", "刷单"),
        ("刷x单员", "刷单员"),
        ("刷(单)员、押【金】、刷“单”", "刷单员、押金、刷单"),
        ("介.绍.费、中/介/费", "介绍费、中介费"),
        ("刷単 転账", "刷单转账"),
        ("唰单、涮单、刷丹", "刷单、刷单、刷单"),
        ("交压金，先点付，才料费", "交押金,先垫付,材料费"),
        ("面甸、柬埔塞", "缅甸、柬埔寨"),
        ("打zi、hui员、dǎ字", "打字、会员、打字"),
        ("收yhk，交yj", "收银行卡,交押金"),
        ("银彳亍卡，木才料", "银行卡,材料"),
        ("威❤号，薇芯", "微信号,微信"),
        ("有意家葳❤", "有意加微信"),
        ("点👍", "点赞"),
        ("行一 \r\n 行二", "行一\n行二"),
        ("", ""),
    ],
)
def test_one_spelling_for_what_reads_the_same(written, read):
    assert FoldedText(written).text == read


@pytest.mark.parametrize(
    "written", ["日 结 刷\u200b 单 兼职", "㈱刷单", "ﬁ刷单", "🙂刷单。", "İ刷\u0338单"]
)
def test_a_span_points_into_the_text_as_written(written):
    reading = FoldedText(written)
    at = reading.text.index("刷单")
    start, end = reading.span(at, at + 2)
    piece = written[start:end]
    assert piece[0] == "刷" and piece[-1] == "单"


def test_every_character_read_has_its_place():
    written = " 啊\u0301①㎡ x\u00a0y\u3000刷　单 "
    reading = FoldedText(written)
    places = [reading.span(i, i + 1)[0] for i in range(len(reading.text))]
    assert places == sorted(places)
    assert all(0 <= place < len(written) for place in places)


@pytest.mark.parametrize(
    "text",
    [
        "上午-下午,周一~周五,早-中-晚",
        "20元/天/人,元/月,男/女",
        "粉刷 - 单价另议",
        "长沙-张家界,兼职、全职,吃/住",
        "www.weixin.com shuadan.cn weixin@example.com jianzhi_01",
        "the shuadance of fanlike jianzhis",
        "c+v,3+v,v18,usb-v",
        "💰日结,❤欢迎",
        "10 米分成两段,车马费",
        "压金属件,压金条",
        "商家微信,大家微信联系",
        "男(女)均可,员工(含学生)",
        "wifi6x单人间,xo酱",
        "反现实主义,反利用",
        "晚点付款,早点付清",
    ],
)
def test_ordinary_prose_reads_as_it_is_written(text):
    assert FoldedText(text).text == text


def test_a_word_put_together_points_at_all_of_its_disguise():
    for written, word, disguise in (
        ("做 shua dan 的", "刷单", "shua dan"),
        ("交 押*金 吗", "押金", "押*金"),
        ("找薇亻言聊", "微信", "薇亻言"),
        ("用1\ufe0f\u20e3号", "1", "1\ufe0f\u20e3"),
    ):
        reading = FoldedText(written)
        at = reading.text.index(word)
        start, end = reading.span(at, at + len(word))
        assert written[start:end] == disguise
