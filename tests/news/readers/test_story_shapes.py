"""Shapes that texts, pages and lists come in, in words of our own."""

import datetime
import json

import pytest

from news.models import Article
from news.readers import json_reader
from news.readers.bylines import find_source
from news.readers.feed_reader import read_feed
from news.readers.page_reader import read_web_page
from news.readers.plain_text_reader import read_plain_text
from news.readers.story import StoryRefused
from tests.import_runs import parse_story_page, run_article_import, write_import_file

WORDS = "这一段说清楚了一件事，有头有尾，一共四十来个字，够得上一篇很短的文章，请大家转告。"
PAGE = "<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def a_page(body, title="一篇讲兼职合同的文章", head="", url=""):
    markup = PAGE.format(title=title, head=head, body=f"<h1>{title}</h1>{body}<p>{WORDS}</p>")
    return parse_story_page(markup, url)


def test_a_table_from_word_stays_a_table():
    rows = "<tr><td><p>岗位</p></td><td><p>人数</p></td></tr><tr><td><p>编辑</p></td><td><p>2</p></td></tr>"
    body = a_page(f'<div id="zoom"><p>{WORDS}</p><table>{rows}</table></div>').body
    assert "<tr><td>岗位</td><td>人数</td></tr>" in body


def test_a_table_that_lays_out_a_page_does_not():
    rows = f"<tr><td><p>{WORDS}</p><p>{WORDS * 5}</p></td><td><p>右栏</p></td></tr>"
    assert "<table" not in a_page(f'<div id="zoom"><table>{rows}{rows}</table></div>').body


def test_lines_that_a_portal_adds_are_left_out():
    before = "<p>原标题：另一个说法</p><p><strong>01</strong></p>"
    after = ' <a href="/">返回某狐，查看更多</a>'
    body = a_page(f"<article>{before}<p>{WORDS}{after}</p></article>").body
    assert body == f"<p>{WORDS}</p>"


def test_links_of_a_page_with_an_address_are_whole():
    link = f'<article><p>{WORDS}附件：<a href="./b.doc">报名表</a>，<a href="#top">顶部</a></p></article>'
    assert 'href="https://x.example/a/b.doc"' in a_page(link, url="https://x.example/a/1.html").body
    assert a_page(link, url="https://x.example/a/1.html").body.count("<a ") == 1
    assert "<a " not in a_page(link).body


def test_a_description_that_describes_nothing_is_dropped():
    read_story = a_page(f'<article><p>{WORDS}</p><img src="a.png" alt="图片"></article>')
    assert [image.alt for image in read_story.images] == [""]


def test_the_title_is_the_part_that_stands_in_the_page():
    markup = PAGE.format(
        title="论坛 - 打工那些事儿 - 打工被拖欠工资怎么办",
        head="",
        body=f"<div>打工被拖欠工资怎么办<br><br>发表于 2024-01-05 20:11<br><br>{WORDS}</div>",
    )
    read_story = parse_story_page(markup)
    assert read_story.title == "打工被拖欠工资怎么办"
    assert read_story.date == datetime.date(2024, 1, 5)


@pytest.mark.parametrize(
    ("site", "named", "source"),
    [
        ("溪口县人民政府", "县人力资源和社会保障局", "溪口县人力资源和社会保障局"),
        ("溪口县人民政府", "市人力资源和社会保障局", "市人力资源和社会保障局"),
        ("溪口在线", "县人力资源和社会保障局", "县人力资源和社会保障局"),
        ("", "溪口发布", "溪口发布"),
        ("", "溪口日报 发布时间：2024-01-01", "溪口日报"),
    ],
)
def test_an_office_is_named_with_its_place(site, named, source):
    head = f'<meta name="SiteName" content="{site}"><meta name="ContentSource" content="{named}">'
    assert a_page("", head=head).source == source


def test_a_feed_is_named_without_the_part_of_the_paper():
    entry = f"<item><title>一条</title><description>{WORDS}</description></item>"
    content = "<rss version='2.0'><channel><title>溪口日报-社会</title>{}</channel></rss>"
    assert read_feed(content.format(entry))[0][0].source == "溪口日报"


def test_markdown_gets_its_shape():
    body = read_plain_text(
        "# 合同怎么签\n\n## 先看主体\n\n- 名称要一致\n- 不签空白合同\n\n签完**自己留一份**。"
    ).body
    assert body == (
        "<h2>先看主体</h2>\n<ul><li>名称要一致</li><li>不签空白合同</li></ul>\n"
        "<p>签完<strong>自己留一份</strong>。</p>"
    )


def test_wrapped_lines_are_joined_and_staff_is_left_out():
    read_story = read_plain_text(
        "快递分拣夜班，\n先问清这几件事\n\n工时一般是八点到六点，\n中间吃饭。\n\n编辑：田心"
    )
    assert read_story.title == "快递分拣夜班，先问清这几件事"
    assert read_story.body == "<p>工时一般是八点到六点，中间吃饭。</p>"


def test_a_reporter_in_brackets_is_named_without_them():
    assert read_plain_text("一件小事\n\n事情不大。\n\n（记者 陈冬）").author == "陈冬"


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("时刻新闻记者 陈冬 吉首报道", "陈冬"),
        ("记者 陈冬 张远报道", "陈冬 张远"),
        ("记者 陈冬报道", "陈冬"),
        ("记者：陈冬 摄影报道", "陈冬"),
        ("记者 陈冬 文/图", "陈冬"),
    ],
)
@pytest.mark.django_db
def test_an_author_is_a_name_without_what_it_did_and_where(byline, author):
    assert read_plain_text(f"一件小事\n\n事情不大。\n\n{byline}").author == author


ITEM = {"title": "不交押金", "text": "押金不交。"}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([ITEM]),
        json.dumps({"count": 1, "items": [ITEM]}),
        json.dumps({"title": "某某反诈", "items": [ITEM]}),
        json.dumps({"data": [{"title": "不交押金", "content": "<p>押金不交。</p>"}]}),
        json.dumps(ITEM),
    ],
)
def test_a_list_may_lie_in_an_object(content):
    stories, refusals = json_reader.read_json_items(content)
    assert [(item.title, item.body) for item in stories] == [("不交押金", "<p>押金不交。</p>")]
    assert refusals == []


def test_one_object_a_line_is_a_list(tmp_path):
    path = write_import_file(
        tmp_path, "\n".join([json.dumps(ITEM), json.dumps(ITEM | {"text": "别的。"})])
    )
    assert run_article_import(path.rename(tmp_path / "a.jsonl"))[0] == 0
    assert Article.objects.count() == 2


def test_a_json_feed_says_when_and_who():
    entry = {
        "title": "不交押金",
        "content_html": '<p>押金不交。</p><script>x</script><img src="a.png">',
        "date_published": "2024-05-09T08:00:00+08:00",
        "authors": [{"name": "刘洋"}],
        "url": "https://x.example/9",
    }
    item = json_reader.read_json_items(json.dumps({"items": [entry]}))[0][0]
    assert (item.date, item.author) == (datetime.date(2024, 5, 9), "刘洋")
    assert item.url == "https://x.example/9"
    assert "script" not in item.body and len(item.images) == 1


def test_half_characters_are_refused_and_the_rest_is_taken(tmp_path):
    bad = ITEM | {"title": "坏\ud800字", "id": "\udc00"}
    good = {"title": "好", "text": "正文。", "tags": ["\ud800"]}
    code, out, err = run_article_import(
        write_import_file(tmp_path, json.dumps([bad, good]), "a.json")
    )
    assert code == 1
    assert Article.objects.get().title == "好"
    (out + err).encode()


def test_an_endless_list_is_taken_up_to_a_number(monkeypatch):
    monkeypatch.setattr(json_reader, "MAX_ITEMS", 2)
    stories, refusals = json_reader.read_json_items(json.dumps([ITEM] * 9))
    assert len(stories) == 2
    assert refusals == [("第 3 条起", "一次最多收 2 条。")]


def test_an_element_of_a_hundred_thousand_attributes_is_refused_unparsed():
    monster = "<p " + " ".join(f'a{n}="{n}"' for n in range(100_000)) + ">"
    with pytest.raises(StoryRefused, match="太复杂"):
        read_web_page(PAGE.format(title="一页", head="", body=monster))


def test_a_picture_within_the_page_is_no_monster():
    assert a_page(f'<p>{WORDS}</p><img src="data:image/png;base64,{"Ab/+" * 50_000}">').title


def test_a_table_of_ten_thousand_rows_is_read_in_one_go(monkeypatch):
    from news.readers import main_content

    asked = []
    monkeypatch.setattr(main_content, "_is_data_table", lambda table: asked.append(table) or True)
    a_page("<article><table>" + "<tr><td><p>甲</p></td></tr>" * 500 + "</table></article>")
    assert len(asked) == 1


def test_a_row_of_one_sign_before_the_reporter_is_read_in_time():
    """驻 may be part of a place, so that a row of them can be cut in ever more ways."""
    assert find_source([f"新华社{'驻' * 200}。", "新华社驻长沙见习记者 田禾"]) == "新华社"
