import json

import pytest

from news.imports.article_import import find_repeated_article, is_story_known
from news.imports.merge_duplicates import build_article_import_key
from news.models import Article, ArticleSource, Proposal, Source
from news.models.source import guess_source_kind
from tests.import_runs import run_article_import, write_import_file

TEXT = """上个月，城东社区的小吴在群里看到一条招工消息，说是在家就能做，一单三块钱。

她先做了五单，十五块钱很快到账。对方接着让她垫付，说垫得多返得多，一天之内她转出去六千四百元。

等她想提现，对方说操作失误，要再交一笔解冻费。她这才想起社区里贴的提醒，打了报警电话。

民警说，凡是要先垫钱的兼职，都不要做；已经转了钱的，保存好聊天记录，越早报警越好。"""
# Says a place and a kind of fraud without a doubt.
PLAIN = """吉首市民警提醒：刷单返利就是诈骗。近日吉首市一名居民在网上做兼职刷单，垫付后被骗。

吉首市公安局提醒，凡是刷单兼职都是诈骗，刷单返利的群不要进，被骗后马上报警。"""


def build_source_item(source="城东日报", text=TEXT, **more):
    return {"title": "一单三块钱的兼职", "text": text, "source": source} | more


def import_items(tmp_path, *items, args=()):
    return run_article_import(write_import_file(tmp_path, json.dumps(items), "a.json"), *args)


def test_the_same_story_from_another_source_is_folded_and_both_are_kept(tmp_path):
    code, out, _ = import_items(
        tmp_path,
        build_source_item(),
        build_source_item("溪口网", url="https://xk.example.cn/1", author="老吴"),
    )
    article = Article.objects.get()
    other = ArticleSource.objects.get()
    assert code == 0
    assert article.source.name == "城东日报"
    assert (other.article, other.source.name, other.author) == (article, "溪口网", "老吴")
    assert other.url == "https://xk.example.cn/1"
    assert f"并入 {article.get_absolute_url()} 一单三块钱的兼职（另一来源：溪口网（媒体））" in out
    assert "收下 1 篇，已有 0 篇，并入 1 篇，拒收 0 篇。" in out


def build_unsaved_article(source="", text=TEXT, title="一单三块钱的兼职", url=""):
    article = Article(title=title, body=text, source_url=url)
    article.prepare()
    article.import_key = build_article_import_key(source, article.fingerprint)
    return article


def test_a_story_is_known_by_its_import_by_its_address_and_by_its_words(tmp_path):
    import_items(
        tmp_path,
        build_source_item(url="https://cd.example.cn/1"),
        build_source_item("溪口网", url="https://xk.example.cn/1"),
    )
    article = Article.objects.get()
    other = "县里的图书馆从周一起延长开放到晚上九点，暑假里招二十名学生做引导员，按小时结算。"
    body = article.body
    assert is_story_known(build_unsaved_article("城东日报", body, "新标题"))
    assert is_story_known(build_unsaved_article("溪口网", body, "新标题"))
    for address in ("https://cd.example.cn/1", "https://xk.example.cn/1"):
        assert is_story_known(build_unsaved_article(text=other, url=address))
        new_title = build_unsaved_article(text=other, url=address, title="新标题")
        assert not is_story_known(new_title) and find_repeated_article(new_title) is None
    reprinted, unheard = (
        build_unsaved_article("三家报", body, "新标题"),
        build_unsaved_article("三家报", other, "新标题"),
    )
    assert not is_story_known(reprinted) and find_repeated_article(reprinted) == article
    assert not is_story_known(unheard) and find_repeated_article(unheard) is None


def test_a_folded_story_is_folded_once(tmp_path):
    items = (
        build_source_item(),
        build_source_item("溪口网"),
        build_source_item("溪口网", text=TEXT.replace("小吴", "吴某")),
    )
    import_items(tmp_path, *items)
    before = ArticleSource.objects.count()
    code, out, _ = import_items(tmp_path, *items)
    assert (code, Article.objects.count(), ArticleSource.objects.count()) == (0, 1, before)
    assert "收下 0 篇，已有 3 篇，并入 0 篇" in out


def test_a_text_printed_with_small_changes_is_the_same_story(tmp_path):
    import_items(
        tmp_path,
        build_source_item(),
        build_source_item("溪口网", text=TEXT.replace("小吴", "吴某").replace("很快", "马上")),
    )
    assert Article.objects.count() == 1
    assert ArticleSource.objects.count() == 1


def test_a_copy_that_names_nobody_adds_nothing(tmp_path):
    code, out, _ = import_items(tmp_path, build_source_item(), build_source_item(""))
    assert (code, ArticleSource.objects.count()) == (0, 0)
    assert "已有 1 篇" in out


def test_another_story_stays_one_of_its_own(tmp_path):
    other = "县里的图书馆从周一起延长开放到晚上九点，暑假里招二十名学生做引导员，按小时结算，不收任何费用。"
    import_items(
        tmp_path,
        build_source_item(),
        build_source_item("溪口网", text=other, title="图书馆招引导员"),
    )
    assert Article.objects.count() == 2


def test_a_withdrawn_story_does_not_come_back_from_another_source(tmp_path):
    from news.articles.transitions import withdraw_article

    import_items(tmp_path, build_source_item())
    withdraw_article(Article.objects.get().pk, "来源要求撤下")
    _code, out, _ = import_items(tmp_path, build_source_item("溪口网"))
    assert Article.objects.get().status == "withdrawn"
    assert "那一篇现在是「已撤回」，读者看不到" in out


def test_an_import_is_published_with_its_proposals_in_use(tmp_path):
    import_items(tmp_path, build_source_item(text=PLAIN, title="吉首警方提醒：刷单返利是诈骗"))
    article = Article.objects.get()
    assert article.status == "published"
    assert article.alert_level != "danger"
    used = article.proposals.filter(in_use=True)
    assert used.exists() and not article.proposals.filter(in_use=False).exists()


def test_a_draft_keeps_its_proposals_open(tmp_path):
    import_items(
        tmp_path,
        build_source_item(text=PLAIN, title="吉首警方提醒：刷单返利是诈骗"),
        args=["--draft"],
    )
    article = Article.objects.get()
    assert (article.status, article.kind) == ("draft", "news")
    assert article.proposals.filter(state="open", in_use=False).exists()
    assert not article.proposals.filter(in_use=True).exists()


@pytest.mark.parametrize("how", ["option", "file"])
def test_a_kind_that_was_given_is_not_proposed_over(tmp_path, how):
    if how == "option":
        import_items(tmp_path, build_source_item(text=PLAIN), args=["--kind", "guide"])
    else:
        import_items(tmp_path, build_source_item(text=PLAIN, kind="guide"))
    article = Article.objects.get()
    assert (article.kind, article.alert_level) == ("guide", "")
    assert not article.proposals.filter(what__in=["kind", "level"], state="open").exists()


def test_what_an_item_says_of_itself_is_given(tmp_path):
    import_items(
        tmp_path,
        build_source_item(
            tags=["垫付"],
            city="xiangxi",
            source_kind="police",
            source="溪口县警务",
            date="2023-03-04",
        ),
    )
    article = Article.objects.get()
    assert "垫付" in article.tags.values_list("name", flat=True)
    assert not Proposal.objects.filter(what="tag", value="垫付").exists()
    assert article.places.filter(region__slug="xiangxi", named=True).exists()
    assert str(article.source) == "溪口县警务（公安）"
    assert article.source_date.isoformat() == "2023-03-04"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"kind": "alert"}, "kind 只能是"),
        ({"city": "nowhere"}, "没有网址名是"),
        ({"source_kind": "friend"}, "source_kind"),
        ({"tags": "x"}, "tags"),
        ({"source": "长" * 70}, "60"),
    ],
)
def test_what_an_item_says_wrongly_is_refused(tmp_path, more, reason):
    code, _, err = import_items(tmp_path, build_source_item(**more))
    assert code == 1
    assert reason in err
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("溪口县市场监管局（示例）", "market_regulator", "溪口县市场监管局（示例）"),
        ("朝阳某派出所反诈宣传岗", "police", "朝阳某派出所反诈宣传岗"),
        ("城东日报", "media", "城东日报"),
        ("溪口网", "media", "溪口网（媒体）"),
        ("平安溪口", "police", "平安溪口（公安）"),
        ("城东日报", "police", "城东日报（公安）"),
    ],
)
def test_the_kind_of_a_source_is_said_where_its_name_does_not_tell_it(name, kind, shown):
    assert str(Source(name=name, kind=kind)) == shown


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("溪口县公安局", "police"),
        ("溪口市反诈中心", "anti_fraud_center"),
        ("某省高级人民法院", "court_procuratorate"),
        ("溪口县人力资源和社会保障局", "hr_bureau"),
        ("市场监管总局", "market_regulator"),
        ("网信溪口", "cyberspace"),
        ("人民公安报", "media"),
        ("城东日报", "media"),
        ("随便什么", "media"),
    ],
)
def test_a_new_source_gets_its_kind_by_its_name(name, kind):
    assert guess_source_kind(name) == kind


def test_a_known_source_keeps_its_kind(tmp_path):
    Source.objects.create(name="城东日报", kind="own")
    import_items(tmp_path, build_source_item())
    assert Article.objects.get().source.kind == "own"
