"""The site's own guides and the pages of the fraud types that they lead."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from news.alert_subscriptions.mails import build_alert_title
from news.articles.transitions import withdraw_article
from news.models import AlertSubscription, Article, ArticleEvent
from news.pages.guides import publish_guides, read_guides_file, render_guide_html
from news.pages.share_pictures import build_article_card
from screening.fraud_types import list_fraud_types
from tests.answers import get_page_text
from tests.articles import make_alert, make_article
from tests.people import sign_in

SAMPLE = Path(__file__).parent / "data" / "guides.toml"
KEY = "guide:brushing_rebate"


def publish_sample_guides(**options):
    return publish_guides(SAMPLE, **options)


def get_brushing_guide():
    return Article.objects.get(import_key=KEY)


def post_article_edit(admin_client, article, **fields):
    """As an editor does it: the form of the admin as it stands, with some fields changed."""
    address = f"/admin/news/article/{article.pk}/change/"
    response = admin_client.get(address)
    forms = [response.context["adminform"].form]
    for formset in response.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.initial_forms]
    sent = {}
    for form in forms:
        for name, field in form.fields.items():
            value = form[name].value()
            if value:
                sent[form.add_prefix(name)] = field.prepare_value(value)
    sent |= {"_continue": "1"} | fields
    response = admin_client.post(address, sent)
    assert response.status_code == 302, response.context and response.context["errors"]


@pytest.fixture
def admin_client(client, db):
    sign_in(client, User.objects.create_superuser("boss@example.com", "long-enough-for-tests"))
    return client


def test_every_fraud_type_has_a_guide_of_all_parts():
    entries = read_guides_file()
    assert set(entries) == set(list_fraud_types())
    for entry in entries.values():
        assert all(entry[part] for part in ("title", "lead", "steps", "signs", "first30"))
        assert 'href="tel:' in render_guide_html(entry)


def test_guides_are_published_through_the_transitions_without_places():
    done = publish_sample_guides()
    assert (done["added"], done["renewed"], done["kept"]) == (2, 0, 0)
    article = get_brushing_guide()
    assert (article.kind, article.status, article.national) == ("guide", "published", True)
    assert article.source_label == "本站"
    assert [tag.name for tag in article.tags.all()] == ["刷单返利"]
    assert article.events.get().what == ArticleEvent.What.PUBLISH
    for heading in ("怎么骗", "怎么看出来", "前 30 分钟先做什么", "打给谁"):
        assert f"<h2>{heading}</h2>" in article.body
    assert "垫付 &lt;做任务&gt;" in article.body
    assert 'href="tel:96110"' in article.body


def test_a_second_run_adds_nothing_and_changes_nothing():
    publish_sample_guides()
    before = list(Article.objects.values())
    assert (publish_sample_guides()["added"], publish_sample_guides(overwrite=True)["renewed"]) == (
        0,
        0,
    )
    assert list(Article.objects.values()) == before


def test_the_command_says_what_it_did(capsys):
    call_command("load_guides", file=SAMPLE)
    call_command("load_guides", file=SAMPLE, overwrite=True)
    assert capsys.readouterr().out.splitlines() == [
        "指南：新增 2，更新 0，不动 0。",
        "指南：新增 0，更新 0，不动 2。",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "没有 "),
        ("刷单", "不能用"),
        ("[nothing]", "no such fraud types: nothing"),
        ("[brushing_rebate]\ntitle = '刷单'", "不能用"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_line(tmp_path, content, words):
    path = tmp_path / "guides.toml"
    if content:
        path.write_text(content)
    with pytest.raises(CommandError, match=words) as refusal:
        call_command("load_guides", file=str(path))
    assert "\n" not in str(refusal.value) and not Article.objects.exists()


def test_the_first_of_the_file_is_the_newest():
    publish_sample_guides()
    assert Article.objects.published().newest().first() == get_brushing_guide()


@pytest.fixture
def newer(tmp_path):
    """The sample with another word in it."""
    file = tmp_path / "guides.toml"
    file.write_text(SAMPLE.read_text("utf-8").replace("停手，", "马上停手，"), "utf-8")
    return file


def test_a_new_text_is_taken_only_when_asked_for(newer):
    publish_sample_guides()
    assert publish_guides(newer)["renewed"] == 0
    assert "马上停手" not in get_brushing_guide().body
    done = publish_guides(newer, overwrite=True)
    assert (done["renewed"], done["kept"]) == (1, 1)
    assert "马上停手" in get_brushing_guide().text


def test_what_an_editor_changed_stays(admin_client, newer):
    publish_sample_guides()
    post_article_edit(admin_client, get_brushing_guide(), title="编辑改过的标题")
    assert publish_guides(newer, overwrite=True)["renewed"] == 0
    assert get_brushing_guide().title == "编辑改过的标题"
    assert "马上停手" not in get_brushing_guide().body


def test_a_withdrawn_guide_does_not_come_back(newer):
    publish_sample_guides()
    withdraw_article(get_brushing_guide().pk, "要重写")
    assert publish_guides(newer, overwrite=True)["added"] == 0
    assert get_brushing_guide().status == "withdrawn"


def test_a_fraud_type_nobody_knows_is_an_error(tmp_path):
    file = tmp_path / "guides.toml"
    file.write_text('[brushing]\ntitle = "刷单"\n', "utf-8")
    with pytest.raises(ValueError, match="brushing"):
        publish_guides(file)


@pytest.mark.parametrize(
    "address", ["/alerts/brushing_rebate/", "/xiangxi/alerts/brushing_rebate/"]
)
def test_the_page_of_a_type_leads_with_its_guide_then_the_alerts(client, places, address):
    publish_sample_guides()
    make_alert("吉首一起", places=[places["jishou"]])
    page = get_page_text(client, address)
    parts = ["先给小钱", "怎么骗", "连本带利", "怎么看出来", "补单才能提现", 'id="first30"']
    parts += ["停手", "打给谁", 'href="tel:110"', "12381", "吉首一起"]
    page = page[page.index("<h1>") :]
    positions = [page.index(part) for part in parts]
    assert positions == sorted(positions)
    assert 'class="box first30"' in page
    assert "垫付 &lt;做任务&gt;" in page
    assert 'href="tel:12381"' not in page


def test_a_type_without_its_guide_says_what_helps_with_any_fraud(client):
    publish_sample_guides()
    withdraw_article(get_brushing_guide().pk, "要重写")
    page = get_page_text(client, "/xiangxi/alerts/brushing_rebate/")
    assert "连本带利" not in page
    assert 'id="first30"' in page and 'href="#first30"' in page
    assert "打银行或支付软件的客服" in page
    assert 'href="tel:96110"' in page


def test_an_editor_may_head_the_parts_otherwise(client):
    publish_sample_guides()
    article = get_brushing_guide()
    article.body = "<p>开头</p><h2>他们的<strong>套路</strong></h2><p>一步步来</p>"
    article.save()
    page = get_page_text(client, "/alerts/brushing_rebate/")
    assert "他们的套路" in page and "一步步来" in page
    assert page.count('id="first30"') == 1


def test_other_guides_of_the_type_stand_beside_it(client):
    publish_sample_guides()
    make_article("看钱往哪边走", kind="guide", fraud_type="brushing_rebate")
    make_article("打字的", kind="guide", fraud_type="typing_scam")
    page = get_page_text(client, "/alerts/brushing_rebate/")
    assert "看钱往哪边走" in page
    assert "打字的" not in page


def test_an_old_guide_is_found_behind_newer_ones(client):
    publish_sample_guides()
    for number in range(6):
        make_article(f"又一篇 {number}", kind="guide", fraud_type="brushing_rebate")
    assert "连本带利" in get_page_text(client, "/alerts/brushing_rebate/")


def test_the_guide_leads_the_first_page_only(client):
    publish_sample_guides()
    assert "连本带利" not in get_page_text(client, "/alerts/brushing_rebate/?after=0-0")


@pytest.mark.parametrize("address", ["/alerts/", "/xiangxi/alerts/"])
def test_alerts_come_first_and_then_the_way_to_every_type(client, address):
    make_alert("随便一起")
    page = get_page_text(client, address)
    for fraud_type in list_fraud_types():
        assert f'href="{address}{fraud_type}/">{fraud_type.page_name}</a>' in page
    for group in ("求职骗局", "被骗子利用的“活”（帮信）", "其他诈骗"):
        assert page.index("随便一起") < page.index(group)
    assert page.index('href="#types"') < page.index("随便一起")
    assert f'href="{address.replace("alerts", "news")}kind/guide/">看全部指南</a>' in page


@pytest.mark.parametrize("prefix", ["", "/xiangxi"])
def test_the_list_of_guides_leads_to_every_type_by_its_question(client, prefix):
    publish_sample_guides()
    make_article("签合同前看三处", kind="guide")
    make_article("一条消息")
    page = get_page_text(client, f"{prefix}/news/kind/guide/")
    assert f'<a href="{prefix}/alerts/brushing_rebate/">刷单返利：样本指南</a>' in page
    assert f'<a href="{prefix}/alerts/model_card/">模卡费</a>' in page
    assert page.count("刷单返利：样本指南") == 1
    assert "签合同前看三处" in page
    assert "一条消息" not in page
    assert f'href="{prefix}/news/kind/guide/"' in get_page_text(client, f"{prefix}/news/")


def test_a_guide_about_another_place_is_not_in_the_citys_list(client, places):
    make_article("河北的指南", kind="guide", places=[places["hebei"]])
    make_article("吉首的指南", kind="guide", places=[places["jishou"]])
    page = get_page_text(client, "/xiangxi/news/kind/guide/")
    assert "吉首的指南" in page
    assert "河北的指南" not in page
    assert "河北的指南" in get_page_text(client, "/news/kind/guide/")


def test_each_kind_has_its_page(client, places):
    make_article("吉首的消息", places=[places["jishou"]])
    make_article("吉首的指南", places=[places["jishou"]], kind="guide")
    make_alert("吉首的预警", places=[places["jishou"]])
    page = get_page_text(client, "/xiangxi/news/kind/news/")
    assert "吉首的消息" in page
    assert "吉首的指南" not in page and "吉首的预警" not in page
    response = client.get("/xiangxi/news/kind/alert/")
    assert (response.status_code, response["Location"]) == (301, "/xiangxi/alerts/")
    assert client.get("/news/kind/other/").status_code == 404


QUERIES = {
    "/alerts/brushing_rebate/": 4,  # guides, alerts, listings of such work, operator
    "/xiangxi/alerts/brushing_rebate/": 5,  # and those from around
    "/xiangxi/alerts/": 3,
    "/xiangxi/news/kind/guide/": 3,  # titles, the list, operator
    "/xiangxi/news/kind/news/": 3,
}


def test_queries_do_not_grow_with_the_rows(places, django_assert_num_queries):
    publish_sample_guides()
    for number in range(12):
        make_alert(f"第 {number} 起", places=[places["jishou" if number % 2 else "hunan"]])
        make_article(f"第 {number} 篇", kind="guide", fraud_type="brushing_rebate")
    for address, count in QUERIES.items():
        client = Client()
        get_page_text(client, address)
        with django_assert_num_queries(count, info=address):
            get_page_text(client, address)


def test_no_page_names_the_class_of_what_is_left_over(client, places):
    alert = make_alert("冒充物业上门收费", fraud_type="other", places=[places["jishou"]])
    guide = make_article(
        "新骗局先做什么",
        "<h2>怎么骗？</h2><p>吓人。</p><h2>怎么办？</h2><p>先停。</p>",
        kind="guide",
        fraud_type="other",
    )
    for address in (
        "/xiangxi/alerts/",
        "/xiangxi/alerts/other/",
        "/xiangxi/news/kind/guide/",
        f"/xiangxi/news/{alert.pk}/",
        f"/news/{guide.pk}/",
        *(f"/xiangxi/alerts/feed.{form}" for form in ("atom", "rss", "json")),
    ):
        for words in ("其他预警", "「其他」", "其他：", ">其他<", '"其他"', "› 其他\n"):
            assert words not in get_page_text(client, address), (address, words)
    assert "湘西的「其他骗局」预警" in get_page_text(client, "/xiangxi/alerts/other/")
    subscription = AlertSubscription(region=places["xiangxi"], fraud_type="other")
    assert build_alert_title(subscription) == "湘西的其他骗局预警"
    assert "其他" not in "".join(build_article_card(alert).lines)
