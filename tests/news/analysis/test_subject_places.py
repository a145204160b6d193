"""Places that articles are about, in texts as they come in."""

import pytest

from news.analysis.subject_places import find_subject_places


def list_subject_names(title, text=""):
    return [subject.name for subject in find_subject_places(title, text)]


@pytest.mark.parametrize(
    ("title", "text", "names"),
    [
        # A dateline and a byline are no subject.
        ("暑期兼职骗局进入高发期", "新华社北京6月1日电 暑假将至，多所学校发出提醒。", []),
        ("暑期兼职骗局进入高发期", "中新网客户端长沙6月17日电 暑假将至，多所学校提醒。", []),
        (
            "直播间里的假老师",
            "红网时刻新闻3月4日讯（记者 向北京 通讯员 李吉首）课没上，钱没了。",
            [],
        ),
        ("押金退不回来怎么办", "湘西网讯 一名学生交了押金。", []),
        ("押金退不回来怎么办", "湘西网6月17日讯（通讯员 石长沙）一名学生交了押金。", []),
        ("押金退不回来怎么办", "来源：湖南日报\n一名学生交了押金。", []),
        ("押金退不回来怎么办", "河北新闻网记者 贾小希\n一名学生交了押金。\n某报记者周小梁摄", []),
        ("三名学生被骗", "本报长沙讯 三名学生被骗。", []),
        # What the text itself says counts, dateline or not.
        ("一名学生被骗", "新华社北京6月1日电 湘西一名学生在网上找兼职被骗。", ["湘西"]),
        ("一名学生被骗", "湘西网6月17日讯 保靖县一名学生找兼职被骗。", ["保靖"]),
        ("吉首警方抓获三人", "三人以招工为名收押金。", ["吉首"]),
        ("保靖举办零工招聘会", "湘西网讯 保靖县人社局在广场摆开三十个摊位。", ["保靖"]),
        # The province before a place is its address.
        ("一女子被骗", "湖南湘西一女子在网上接单，被骗了三万多。", ["湘西"]),
        ("湖北武汉一学生找兼职被骗", "武汉一名学生在网上接单。", ["武汉"]),
        ("找活先看清楚：湖南", "湘西的三名学生交了押金。", ["湖南", "湘西"]),
        ("新疆 石河子警方提醒", "石河子的三名学生交了押金。", ["石河子"]),
        ("湖北武汉一学生被骗，湖北警方提醒", "武汉一名学生在网上接单。", ["武汉", "湖北"]),
        ("湖南：湘西三人获刑", "湖南高院今天通报。湘西的三人获刑。", ["湖南", "湘西"]),
        # Whoever cheats only says to be from there.
        (
            "鹤岗一老人险失养老钱",
            "老人接到自称“北京市公安局”的电话，对方又冒充上海法院，民警赶到银行拦下。",
            ["鹤岗"],
        ),
        ("一男子冒充北京警察行骗", "他在吉首骗了三个人。", ["北京", "吉首"]),
        # Where a person comes from is no place of the story.
        ("吉首警方抓获一人", "湖南籍男子李某交代，他在网上招人刷单。", ["吉首"]),
        ("湖南籍男子在吉首被骗", "他在网上接单，被骗了三万多。", ["吉首"]),
        ("湖南邵阳籍男子被骗", "他在网上接单，被骗了三万多。", []),
        ("吉首警方抓获一人", "王某（男，32岁，广东人）在网上招人。", ["吉首"]),
        ("吉首警方抓获一人", "王某，广东揭阳人，在网上招人。", ["吉首"]),
        ("吉首警方抓获一人", "王某系广东人。王某在网上招人。", ["吉首"]),
        ("湖南人注意：这种兼职是骗局", "先交钱的都是骗。", ["湖南"]),
        ("湖南人社厅发布提醒", "先交钱的都是骗。", ["湖南"]),
        (
            "吉首警方抓获一人",
            "广东人力资源市场的广东籍工人都认识他。广东警方协助。",
            ["吉首", "广东"],
        ),
        # The title goes before what is named in passing.
        (
            "河北网警上线一个月",
            "河北网警的账号上线。目前还有唐山、秦皇岛、邯郸三个市级部门。河北网警提醒不要转账。"
            + "公开账号以后，留言的人多了起来，值班民警一条一条回复。" * 5
            + "有人说邢台有孩子走失，邢台警方核实没有这回事。",
            ["河北"],
        ),
        ("长沙招聘会", "长沙办招聘会。" * 5 + "企业来自株洲、湘潭、岳阳、常德。", ["长沙"]),
        ("反诈宣传走进社区", "今年已经走过长沙、株洲、湘潭、岳阳、常德、益阳。", []),
        ("反诈宣传走进社区", "今年已经走过长沙、株洲和湘潭。", []),
        # A round-up of the country is about no place.
        (
            "六起典型案例",
            "".join(f"\n{p}的李某交了钱。" for p in "长沙 南京 成都 武汉 西安 郑州 沈阳".split()),
            [],
        ),
        # Words that only sound like places.
        ("朝阳产业里的陷阱", "有人迎着朝阳出门找活。鼓楼下的中介和平时一样开门。", []),
        ("海南航空客服来电是假的", "自称海南航空的人让你转账。南京银行的短信也是假的。", []),
        ("王海南的暑假工", "王海南和李四川是同学，两人都没领到工钱。", []),
        ("", "", []),
    ],
)
def test_an_article_is_about_its_subject(title, text, names):
    assert list_subject_names(title, text) == names


def test_one_mention_is_enough_where_there_is_nothing_else():
    assert list_subject_names(
        "她只想挣点零花钱", "天津的小周同学接了一单。" + "后来就没有后来了。" * 40
    ) == ["天津"]


def test_no_more_than_five_places_and_the_weightiest_first():
    text = "长沙长沙长沙。株洲株洲。" + "".join(
        f"再说{p}。" for p in "湘潭 岳阳 常德 益阳 郴州".split()
    )
    names = list_subject_names("长沙和株洲联手", text)
    assert names[:2] == ["长沙", "株洲"]
    assert len(names) <= 5


def test_it_says_why():
    first = find_subject_places("吉首警方提醒", "在吉首打工要签合同。吉首市人社局说。")[0]
    assert first.in_title
    assert first.why == "标题写到「吉首」，全文 3 次"
    second = find_subject_places("打工要签合同", "在吉首打工要签合同。吉首市人社局说。")[0]
    assert second.why == "文中写到「吉首」 2 次"
