import json

import pytest
from django.core.management import CommandError, call_command

from news.articles.transitions import record_article_edit
from news.models import Article, Source
from news.readers.file_reader import MAX_BYTES
from tests.articles import make_article
from tests.import_runs import run_article_import, write_import_file
from tests.people import make_person

# The shape of a saved city page, in words of our own.
PAGE = """[ 更换 ]
湘西零工网 - 找活用工都在本地 零工交流群
热门城市
北京上海广州深圳湘西

社区民警:楼下就能问的“反诈台”

周末 社区 民警
社区民警:楼下就能问的“反诈台”

民警在楼下摆开桌子，教居民看懂转账提醒。本报记者李明摄

从这个月起,每个周末上午,城东社区的楼下都有一张反诈台。居民带着手机来问,民警当面看聊天记录,一般十分钟内给答复。

城东日报记者 王小满

一张桌子一个本子

桌上只有一个登记本。问得最多的是先垫付再返钱的兼职,其次是要押金的手工活。“先交钱的都不要做。”民警说。

■居民怎么说

@老陈:以后看到这种消息,先拿下来问问。

相关内容

暑假工怎么找才靠谱?

一些中介借着暑假收报名费,收完就不见人···
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_saved_city_page_becomes_an_article(page):
    code, _, err = run_article_import(page, "--source", "城东日报", "--source-kind", "media")
    article = Article.objects.get()
    assert (code, err) == (0, "")
    assert article.title == "社区民警:楼下就能问的“反诈台”"
    assert article.body.startswith("<p>从这个月起")  # no caption without its picture
    assert "王小满" not in article.text
    assert "<h2>一张桌子一个本子</h2>" in article.body
    assert "<h2>居民怎么说</h2>" in article.body
    assert "<p>@老陈:以后看到这种消息,先拿下来问问。</p>" in article.body
    assert article.author == "王小满"
    assert article.excerpt.startswith("从这个月起")
    assert str(article.source) == "城东日报"
    assert article.status == "published"
    assert article.events.get().why == "导入"


def test_the_related_items_and_the_head_of_the_page_are_left_out(page):
    run_article_import(page)
    text = Article.objects.get().text
    for left_out in ("热门城市", "北京上海", "更换", "暑假工", "报名费"):
        assert left_out not in text


def test_the_tags_that_a_page_cut_from_its_title_are_not_taken_over(page):
    run_article_import(page)
    assert "周末" not in Article.objects.get().tags.values_list("name", flat=True)


def test_the_medium_whose_reporter_wrote_a_page_is_its_source(page):
    run_article_import(page)
    assert Article.objects.get().source.name == "城东日报"


def test_an_import_can_be_repeated(page):
    run_article_import(page)
    code, out, _ = run_article_import(page)
    assert code == 0
    assert "收下 0 篇，已有 1 篇" in out
    assert Article.objects.count() == 1


def test_the_same_file_in_gb18030_is_the_same_article(page, tmp_path):
    run_article_import(page)
    other = write_import_file(tmp_path, PAGE.encode("gb18030"), "gb.txt")
    assert run_article_import(other)[0] == 0
    assert Article.objects.count() == 1


def test_plain_text_has_its_title_first_and_blank_lines_between_paragraphs(tmp_path):
    wrapped = "这一段在编辑器里折成了两行所以第一行没有句号而且足够长才会被当成折行，\n后半句接上。"
    run_article_import(write_import_file(tmp_path, f"\ufeff标题在此\n\n{wrapped}\n\n第二段。\n"))
    article = Article.objects.get()
    assert article.title == "标题在此"
    assert article.body.count("<p>") == 2
    assert "折行，后半句" in article.body


def test_a_text_that_names_its_source_gets_it(tmp_path):
    run_article_import(
        write_import_file(tmp_path, "标题\n\n来源：城东网\n\n正文在这里。\n\n第二段。")
    )
    article = Article.objects.get()
    assert article.source.name == "城东网"
    assert "来源" not in article.text


def test_an_import_without_a_source_is_never_called_our_own(tmp_path):
    run_article_import(write_import_file(tmp_path, "标题\n\n正文。"))
    assert Article.objects.get().source_label == "来源未注明"


def test_markup_in_a_text_file_stays_text(tmp_path):
    run_article_import(write_import_file(tmp_path, "标题\n\n<script>alert(1)</script>先看清楚。"))
    article = Article.objects.get()
    assert "<script>" not in article.body
    assert "<script>alert(1)</script>" in article.text


def test_a_json_list_gives_one_article_an_item(tmp_path):
    items = [{"id": f"a{n}", "title": f"标题{n}", "text": f"第{n}段。\n\n又一段。"} for n in (1, 2)]
    code, _, _ = run_article_import(write_import_file(tmp_path, json.dumps(items), "list.json"))
    assert code == 0
    assert Article.objects.count() == 2


def test_a_bad_item_is_reported_and_the_others_are_taken(tmp_path):
    items = [{"id": "a1", "title": "好", "text": "正文。"}, {"id": "a2", "text": "没标题"}, 7]
    code, _, err = run_article_import(write_import_file(tmp_path, json.dumps(items), "list.json"))
    assert code == 1
    assert "list.json 第 2 条（a2）：没有标题。" in err
    assert "第 3 条：" in err
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.txt", "文件是空的"),
        (b" \n ", "a.txt", "文件是空的"),
        (b"x" * (MAX_BYTES[".txt"] + 1), "a.txt", "超过 2 MB"),
        (b"\x89PNG\x00\x01\x02\xff\xfe", "a.txt", "认不出编码"),
        (b"\xff\xff\xff\xff", "a.txt", "认不出编码"),
        ("只有标题".encode(), "a.txt", "没有正文"),
        ("标题\n\n相关内容\n\n别的".encode(), "a.txt", "没有正文"),
        (("长" * 200).encode(), "a.txt", "没有标题"),
        (b"{broken", "a.json", "不是有效的 JSON"),
        (b"[" * 100_000, "a.json", "不是有效的 JSON"),
        (b"[]", "a.json", "列表是空的"),
        (b'[{"title": 1, "text": "x"}]', "a.json", "title 要是文字"),
        (b"%PDF-1.7", "a.pdf", "还不会读"),
        (b"<html></html>", "a.html", "没有找到正文"),
    ],
)
def test_a_file_that_can_not_be_taken_is_refused_with_its_reason(tmp_path, content, name, reason):
    code, _, err = run_article_import(write_import_file(tmp_path, content, name))
    assert code == 1
    assert f"{name}" in err
    assert reason in err
    assert not Article.objects.exists()


def test_one_refused_file_does_not_stop_the_others(page, tmp_path):
    code, out, err = run_article_import(tmp_path / "missing.txt", page)
    assert code == 1
    assert "missing.txt：没有这个文件。" in err
    assert "收下 1 篇" in out


def test_drafts_are_not_public(page):
    _, out, _ = run_article_import(page, "--draft")
    assert "（草稿）" in out
    assert Article.objects.get().status == "draft"


def test_a_city_is_stored_with_what_encloses_it(page):
    run_article_import(page, "--city", "jishou")
    places = {place.region_id: place.named for place in Article.objects.get().places.all()}
    assert places == {433101: True, 433100: False, 430000: False}


@pytest.mark.parametrize(
    "args",
    [
        ("--city", "nowhere"),
        ("--source", "某报"),
        ("--source-kind", "media"),
        ("--source", "公安局", "--source-kind", "media"),
    ],
)
def test_what_contradicts_itself_stops_before_anything_is_taken(page, args):
    Source.objects.create(name="公安局", kind="police")
    with pytest.raises(CommandError):
        call_command("import_articles", str(page), *args)
    assert not Article.objects.exists()


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_word_is_no_folder_to_publish_from(page, monkeypatch, empty):
    """As a variable of the shell that is not set: what lies where the command runs would be published."""
    monkeypatch.chdir(page.parent)
    with pytest.raises(CommandError, match="是空的"):
        call_command("import_articles", str(page), empty)
    assert not Article.objects.exists()


def test_what_no_place_was_found_in_is_named_and_found_in_the_admin(tmp_path, admin_client):
    items = [
        {"title": "一件没有地方的事", "text": "有人先垫付后返钱，被骗了三千元。这样的事不少见。"},
        {"title": "另一件没有地方的事", "text": "兼职刷单先交押金，交了就联系不上了，大家当心。"},
        {"title": "湘西的事", "text": "社区里新开了一间图书室，周末也开门。", "city": "xiangxi"},
    ]
    file = write_import_file(tmp_path, json.dumps(items), "a.json")
    code, out, _ = run_article_import(file)
    first, second = Article.objects.filter(national=True).order_by("pk")
    assert code == 0 and "2 篇按全国算" in out
    assert out.endswith(f"  {first.pk} {first.title}\n  {second.pk} {second.title}\n")
    make_article("我们写的全国的事")

    def list_national(which):
        page = admin_client.get("/admin/news/article/", {"national": which})
        return [row.title for row in page.context["cl"].queryset.order_by("pk")]

    assert list_national("imported") == [first.title, second.title]
    assert list_national("all") == [first.title, second.title, "我们写的全国的事"]
    record_article_edit(first, make_person("editor"), "就是全国的")
    assert list_national("imported") == [second.title]


@pytest.mark.parametrize("option", ["--draft", "--city"])
def test_nothing_is_said_of_drafts_and_of_what_has_a_place(page, option):
    _, out, _ = run_article_import(page, option, *(["xiangxi"] if option == "--city" else []))
    assert "按全国算" not in out
