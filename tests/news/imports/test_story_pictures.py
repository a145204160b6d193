import os

import pytest

from news.imports import story_pictures
from news.models import Article
from sitekit.models import Picture
from tests.import_runs import build_png, run_article_import, write_import_file

WORDS = "<p>这一段说清楚了一件事，有头有尾，够得上一篇很短的文章，请大家转告给家里人听。</p>"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


def write_story_page(folder, *images, name="a.html"):
    figures = "".join(
        f'<figure><img src="{src}" alt="图{n}"><figcaption>说明{n}</figcaption></figure>'
        for n, src in enumerate(images)
    )
    return write_import_file(
        folder, f"<h1>先别转账</h1><article>{WORDS}{figures}{WORDS}</article>", name
    )


def test_the_first_picture_is_the_head_and_the_others_stand_in_the_text(tmp_path):
    write_import_file(tmp_path, build_png(colour="teal"), "img/一.png")
    write_import_file(tmp_path, build_png(colour="navy"), "img/b.png")
    code, _, _ = run_article_import(
        write_story_page(tmp_path, "img/%E4%B8%80.png", "./img/b.png?v=2")
    )
    article = Article.objects.get()
    assert code == 0
    assert (article.hero.width, article.hero_caption) == (400, "说明0")
    assert article.body.count("<figure>") == 1
    digest = Picture.objects.exclude(pk=article.hero_id).get().digest
    assert f'<figure><img src="/media/pictures/{digest[:2]}/{digest}-' in article.body
    assert '" alt="图1"><figcaption>说明1</figcaption></figure>' in article.body
    assert "说明0" not in article.body


def test_a_page_with_pictures_is_taken_once(tmp_path):
    write_import_file(tmp_path, build_png(), "1.png")
    path = write_story_page(tmp_path, "1.png")
    run_article_import(path)
    code, out, _ = run_article_import(path)
    assert (code, Article.objects.count()) == (0, 1)
    assert "收下 0 篇，已有 1 篇" in out


@pytest.mark.parametrize(
    ("src", "reason"),
    [
        ("../out.png", "文件夹外面"),
        ("%2e%2e/out.png", "文件夹外面"),
        ("link.png", "文件夹外面"),
        ("/etc/hostname", "文件夹外面"),
        ("file:///etc/hostname", "图片在网上"),
        ("http://127.0.0.1/a.png", "图片在网上"),
        ("//127.0.0.1/a.png", "图片在网上"),
        ("missing.png", "没有这个文件"),
        ("a%00b.png", "图片"),
        ("pipe", "不是普通文件"),
        ("drawing.svg", "SVG"),
        ("noise.png", "图片"),
        ("empty.png", "空的"),
        ("dot.png", "小"),
    ],
)
def test_a_picture_that_is_not_taken_is_a_note_and_the_article_is_taken(tmp_path, src, reason):
    folder = tmp_path / "in"
    write_import_file(tmp_path, build_png(), "out.png")
    write_import_file(
        folder, "<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "drawing.svg"
    )
    write_import_file(folder, b"\x89PNG\r\n\x1a\nnoise", "noise.png")
    write_import_file(folder, b"", "empty.png")
    write_import_file(folder, build_png(60, 60), "dot.png")
    (folder / "link.png").symlink_to(tmp_path / "out.png")
    os.mkfifo(folder / "pipe")
    code, out, err = run_article_import(write_story_page(folder, src))
    article = Article.objects.get()
    assert (code, err) == (0, "")
    assert "  注意：图片" in out and reason in out
    assert article.hero is None
    assert "说明0" not in article.body  # a caption without its picture says nothing
    assert "<img" not in article.body


def test_pictures_may_stand_elsewhere_in_the_folder_that_was_given(tmp_path):
    write_import_file(tmp_path, build_png(), "images/1.png")
    write_story_page(tmp_path, "../images/1.png", name="pages/a.html")
    run_article_import(tmp_path)
    assert Article.objects.get().hero is not None


def test_pictures_and_styles_beside_a_page_are_no_articles(tmp_path):
    write_import_file(tmp_path, build_png(), "a_files/1.png")
    write_import_file(tmp_path, "p{}", "a_files/x.css")
    write_story_page(tmp_path, "a_files/1.png")
    code, out, _ = run_article_import(tmp_path)
    assert code == 0
    assert "收下 1 篇" in out


def test_no_more_pictures_are_taken_than_a_page_can_show(tmp_path, monkeypatch):
    monkeypatch.setattr(story_pictures, "MAX_PICTURES", 2)
    for number, colour in enumerate(("teal", "navy", "gold")):
        write_import_file(tmp_path, build_png(colour=colour), f"{number}.png")
    _, out, _ = run_article_import(write_story_page(tmp_path, "0.png", "1.png", "2.png"))
    assert Picture.objects.count() == 2
    assert "图片只收前 2 张" in out


def test_pictures_in_the_page_itself_are_left_out(tmp_path):
    run_article_import(write_story_page(tmp_path, "data:image/png;base64,iVBORw0KGgo="))
    assert "<img" not in Article.objects.get().body
