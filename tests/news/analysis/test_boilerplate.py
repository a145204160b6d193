import pytest

from news.analysis.boilerplate import blank_boilerplate


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("新华社北京6月1日电 暑假将至", "暑假将至"),
        ("新华社长沙电（记者 张三）暑假将至", "暑假将至"),
        ("中新网客户端长沙6月17日电 题：蜂蜜", "题：蜂蜜"),
        ("红网时刻新闻3月4日讯（记者 向力 通讯员 石小北）暑假将至", "暑假将至"),
        ("湘西网讯 暑假将至", "暑假将至"),
        ("本报讯（某某报全媒体记者 王小五）暑假将至", "暑假将至"),
        ("红网时刻新闻通讯员小向 湘西报道暑假将至", "暑假将至"),
        ("据河北新闻网报道，暑假将至", "，暑假将至"),
        ("河北新闻网记者 贾小希", ""),
        ("网警在回复咨询。河北新闻网记者周小梁摄", ""),
        ("来源：湖南日报", ""),
        ("责编：李四", ""),
        ("记者王小五从人社局获悉，暑假将至", "从人社局获悉，暑假将至"),
    ],
)
def test_who_wrote_it_and_where_is_blanked_out(text, rest):
    assert blank_boilerplate(text).split() == rest.split()
    assert len(blank_boilerplate(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "吉首网友接到诈骗来电，没有理会。",
        "在网上接到来电，对方自称客服。",
        "记者在吉首了解到，押金退不回来。",
        "记者来到吉首，找到那家中介。",
        "吉首市民收到短讯，打开了网址。",
        "资金来源：吉首某公司的账户",
        "工作人员介绍了招工的编辑部。",
        "他在吉首开了一家网店，生意不错。",
        "",
    ],
)
def test_the_text_itself_stays(text):
    assert blank_boilerplate(text) == text
