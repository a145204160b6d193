"""Writing an article in the admin, in a browser, under the security policy of the whole site."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from accounts.models import User
from news.article_html.article_body import clean_article_html
from news.models import Article
from tests.articles import make_article
from tests.people import sign_in_browser_page

OWN = f"/media/pictures/ab/{'ab' * 16}-480.webp"
EVERYTHING = clean_article_html(
    "<h2>小标题</h2><p>一<strong>粗</strong><em>斜</em> m<sup>2</sup><br>"
    '<a href="https://a.cn/">链</a></p><h3>小小标题</h3><ul><li>点<ul><li>里</li></ul></li></ul>'
    "<ol><li>甲</li><li>乙</li></ol><blockquote><p>引</p></blockquote>"
    "<table><tr><th>头</th><th>尾</th></tr><tr><td colspan=2><p>格</p><p>子</p></td></tr></table>"
    f'<figure><img src="{OWN}" alt="警车"><figcaption>图注</figcaption></figure>'
    f'<figure><img src="{OWN}" alt=""></figure><figure><figcaption>只有图注</figcaption></figure>'
)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def signed_in(open_page, live_server):
    def made(**options):
        editor = User.objects.create_superuser(email="editor@example.com")
        page = open_page(**options)
        sign_in_browser_page(page, editor, live_server)
        page.goto("/admin/news/article/add/")
        return page

    return made


@pytest.fixture
def desk(signed_in):
    return signed_in()


def get_toolbar_button(page, name):
    return page.locator(".prose-menubar").get_by_role("button", name=name, exact=True)


def text_of(page):
    return page.locator(".ProseMirror")


def save_article(page):
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.wait_for_url("**/admin/news/article/")


def test_what_is_typed_with_the_tools_is_saved(desk):
    desk.locator("#id_title").fill("新的文章")
    text_of(desk).click()
    get_toolbar_button(desk, "小标题").click()
    desk.keyboard.type("怎么骗")
    desk.keyboard.press("Enter")
    get_toolbar_button(desk, "粗体").click()
    desk.keyboard.type("先返")
    get_toolbar_button(desk, "粗体").click()
    desk.keyboard.type("再要")
    desk.keyboard.press("Enter")
    get_toolbar_button(desk, "列表").click()
    desk.keyboard.type("不垫付")
    get_toolbar_button(desk, "撤销").click()
    expect(text_of(desk)).not_to_contain_text("不垫付")
    get_toolbar_button(desk, "重做").click()
    save_article(desk)
    assert Article.objects.get().body == (
        "<h2>怎么骗</h2>\n<p><strong>先返</strong>再要</p>\n<ul><li>不垫付</li></ul>"
    )


@pytest.mark.full
def test_nothing_is_lost_by_opening_typing_and_saving(desk):
    article = make_article(body=EVERYTHING, status="draft")
    assert article.body == EVERYTHING
    desk.goto(f"/admin/news/article/{article.pk}/change/")
    text_of(desk).locator("h2").click()
    desk.keyboard.press("End")
    desk.keyboard.type("改")
    save_article(desk)
    article.refresh_from_db()
    assert article.body == EVERYTHING.replace("小标题</h2>", "小标题改</h2>")


@pytest.mark.full
def test_opening_and_saving_changes_nothing(desk):
    article = make_article(body=EVERYTHING)
    desk.goto(f"/admin/news/article/{article.pk}/change/")
    expect(text_of(desk)).to_be_visible()
    save_article(desk)
    article.refresh_from_db()
    assert article.body == EVERYTHING
    assert article.events.count() == 1


@pytest.mark.full
def test_a_picture_is_sent_and_stands_in_the_text_with_its_caption(desk):
    file = io.BytesIO()
    Image.new("RGB", (600, 400), "red").save(file, "PNG")
    desk.locator("#id_title").fill("有图的文章")
    text_of(desk).click()
    get_toolbar_button(desk, "图片").click()
    dialog = desk.get_by_role("dialog")
    with desk.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="选图片上传").click()
    chooser.value.set_files({"name": "x.png", "mimeType": "image/png", "buffer": file.getvalue()})
    source = dialog.get_by_label("图片", exact=True)
    expect(source).to_have_value(re.compile(r"^/media/pictures/.*-600\.webp$"))
    dialog.get_by_label("图注").fill("街头")
    dialog.get_by_role("button", name="插入").click()
    expect(text_of(desk).locator("figure img")).to_be_visible()
    save_article(desk)
    saved = Article.objects.get().body
    assert re.fullmatch(
        r'<figure><img src="/media/pictures/\S+-600\.webp" alt=""><figcaption>街头</figcaption>'
        r"</figure>",
        saved,
    )


@pytest.mark.full
def test_a_table_grows_and_is_saved(desk):
    desk.locator("#id_title").fill("有表的文章")
    text_of(desk).click()
    get_toolbar_button(desk, "表格").click()
    desk.get_by_role("dialog").get_by_role("button", name="插入表格").click()
    text_of(desk).locator("td").last.click()
    desk.keyboard.type("格")
    text_of(desk).locator("td").first.click()
    get_toolbar_button(desk, "删掉这一列").click()
    save_article(desk)
    saved = Article.objects.get().body
    assert saved == "<table><tbody><tr><td></td><td>格</td></tr></tbody></table>"


WORD = """<p class=MsoNormal style='color:red'><b>甲</b><o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
lang=EN-US style='font-family:Wingdings'><span style='mso-list:Ignore'>l<span
style='font:7.0pt "Times New Roman"'>&nbsp; </span></span></span><![endif]>乙</p>
<p class=MsoNormal>·&nbsp;&nbsp;丙</p><img src='https://192.0.2.1/x.png'>"""
WECHAT = """<section style="margin:0"><section><span style="color:red">丁</span></section>
<section><img data-src="https://192.0.2.1/y.png"></section><p><br></p><p>戊</p></section>"""


def paste_html(page, html):
    text_of(page).click()
    text_of(page).evaluate(
        """(element, html) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          const paste = new ClipboardEvent("paste", {clipboardData: data, bubbles: true});
          element.dispatchEvent(paste);
        }""",
        html,
    )


def test_what_is_pasted_from_word_or_wechat_is_cleaned(desk):
    desk.locator("#id_title").fill("粘贴的文章")
    paste_html(desk, WORD)
    save_article(desk)
    word = Article.objects.get()
    assert word.body == "<p><strong>甲</strong></p>\n<ul><li>乙</li><li>丙</li></ul>"
    desk.goto("/admin/news/article/add/")
    desk.locator("#id_title").fill("又一篇")
    paste_html(desk, WECHAT)
    save_article(desk)
    assert Article.objects.exclude(pk=word.pk).get().body == "<p>丁</p>\n<p>戊</p>"


@pytest.mark.full
def test_without_script_the_text_is_html(signed_in):
    page = signed_in(java_script_enabled=False)
    page.locator("#id_title").fill("没有脚本")
    page.locator("#id_body").fill("<h2>小</h2><p>字</p>")
    save_article(page)
    assert Article.objects.get().body == "<h2>小</h2>\n<p>字</p>"


@pytest.mark.full
def test_enter_in_a_field_saves_and_decides_nothing(desk):
    article = make_article(status="draft")
    proposal = article.proposals.create(what="tag", value="网警")
    desk.goto(f"/admin/news/article/{article.pk}/change/")
    desk.locator("#id_title").fill("改过的题")
    desk.locator("#id_title").press("Enter")
    expect(desk.locator(".messagelist .success")).to_be_visible()
    article.refresh_from_db()
    proposal.refresh_from_db()
    assert (article.title, article.status, proposal.state) == ("改过的题", "draft", "open")


@pytest.mark.full
def test_the_form_fits_a_phone(signed_in):
    page = signed_in(width=390, height=844, is_mobile=True, has_touch=True)
    expect(text_of(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.evaluate(
        """[...document.querySelectorAll(".prose-menubar button, .moves button")]
          .filter(b => b.checkVisibility() && Math.min(b.offsetWidth, b.offsetHeight) < 44)
          .map(b => b.title || b.textContent)"""
    )
    assert small == []


def test_the_policy_of_the_form_is_that_of_every_page(desk, client):
    answer = desk.reload()
    public = client.get("/about/")
    name = "Content-Security-Policy"
    assert answer.headers[name.lower()] == public.headers[name]
