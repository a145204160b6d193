import pytest
from django.core.management import call_command
from django.utils import timezone

from news.analysis import keywords
from news.models import Article, ArticleTerm, TermCount
from tests.articles import make_article
from tools.demo.bulk_rows import create_articles_in_bulk

LONG = "网警在网上巡查，网警也回答提问。有人问起押金，网警说招工不收押金。24小时都有人值班，小时工也可以问。"


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Runs what waits for the commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def pick_terms(title, text, limit=keywords.MAX_TERMS):
    return keywords._rank_terms([keywords._weigh_terms(title, text)], limit)[0]


def get_term_counts():
    return dict(TermCount.objects.filter(articles__gt=0).values_list("term", "articles"))


def test_an_empty_site_knows_what_stands_out(places):
    picked_terms = [term for term, _ in pick_terms("河北网警：24小时在线", LONG, 3)]
    assert picked_terms[0] == "网警"
    assert not {"小时", "河北"} & set(picked_terms)  # places are told apart, by `subjects`


def test_what_many_articles_say_stands_out_less(places, commit):
    before = dict(pick_terms("押金和征兵", "押金押金，征兵征兵。"))
    with commit():
        for number in range(20):
            make_article(f"押金退不回来之{number}", f"<p>押金押金。第{number}次</p>")
    after = dict(pick_terms("押金和征兵", "押金押金，征兵征兵。"))
    assert after["押金"] < before["押金"]
    assert after["征兵"] >= before["征兵"]


def test_saved_articles_have_their_terms_with_weights_of_one_length(places):
    article = make_article("河北网警上线", f"<p>{LONG}</p>")
    terms = article.terms.exclude(term__startswith=ArticleTerm.MATTER)
    weights = dict(terms.values_list("term", "weight"))
    assert 3 < len(weights) <= keywords.MAX_TERMS
    assert max(weights, key=weights.get) == "网警"
    assert sum(weight**2 for weight in weights.values()) == pytest.approx(1)


def test_an_article_without_terms_is_fine(places):
    article = make_article("我们", "<p>今天在这里。</p>")
    assert list(article.terms.all()) == []


def test_counts_follow_edits_and_deletions(places, commit):
    with commit():
        article = make_article("网警提醒押金", "<p>押金不用交。</p>", status="draft")
        make_article("网警上线", "<p>征兵开始。</p>")
    assert get_term_counts() == {"": 2, "网警": 2, "押金": 1, "征兵": 1} | get_term_counts()
    with commit():
        article.body = "<p>体检费不用交，体检费。</p>"
        article.title = "网警提醒体检费"
        article.save()
    assert {"": 2, "网警": 2, "体检费": 1}.items() <= get_term_counts().items()
    assert "押金" not in get_term_counts()
    assert "押金" not in article.terms.values_list("term", flat=True)
    with commit():
        Article.objects.filter(pk=article.pk).delete()
    assert {"": 1, "网警": 1, "征兵": 1}.items() <= get_term_counts().items()
    assert "体检费" not in get_term_counts()


def test_a_save_that_changes_no_word_counts_nothing(places, commit):
    with commit():
        article = make_article("网警上线", "<p>征兵开始。</p>")
    before = get_term_counts()
    with commit() as waiting:
        article.save()
        article.author = "某人"
        article.save(update_fields=["author"])
    assert waiting == []
    assert get_term_counts() == before


def test_a_title_saved_alone_is_indexed_too(places, commit):
    with commit():
        article = make_article("网警上线", "<p>征兵开始，共2731人。</p>")
        article.title = "网警上线，涉案2.6亿元"
        article.save(update_fields=["title"])
    article.refresh_from_db()
    assert article.figures == ["2.6亿元", "2731人"]
    assert get_term_counts()[""] == 1


def test_many_at_once_are_counted_as_one_by_one(places, commit):
    with commit():
        articles = [
            Article(
                title=f"押金{number}号故事",
                body="<p>网警说押金不用交。</p>",
                published_at=timezone.now(),
            )
            for number in range(5)
        ]
        create_articles_in_bulk([(article, {}, []) for article in articles])
    assert get_term_counts()["押金"] == get_term_counts()[""] == 5
    assert ArticleTerm.objects.filter(term="押金").count() == 5


def test_the_command_puts_everything_right_and_can_be_repeated(places, commit, capsys):
    with commit():
        article = make_article("网警提醒押金", "<p>押金不用交，涉案2.6亿元。</p>")
        make_article("网警上线", "<p>征兵开始。</p>")
    right, weights = get_term_counts(), set(article.terms.values_list("term", "weight"))
    Article.objects.update(sketch=[], bands=[], figures=[])
    ArticleTerm.objects.all().delete()
    TermCount.objects.update(articles=7)
    TermCount.objects.create(term="从来没有", articles=3)
    for _ in range(2):
        call_command("index_articles")
        assert get_term_counts() == right
        article.refresh_from_db()
        assert article.figures == ["2.6亿元"]
        assert len(article.bands) == 12
        assert {term for term, _ in weights} == set(article.terms.values_list("term", flat=True))
    assert "已重算 2 篇" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["小时", "记者", "近日", "新华社", "吉首", "张建国"])
def test_tags_are_no_such_words(places, word):
    names = [
        name for name, _ in keywords.suggest_tags(f"{word}与网警", f"{word}，网警，{word}。" * 3, 6)
    ]
    assert "网警" in names
    assert word not in names


def test_tags_are_few_and_spell_latin_as_the_text_does(places):
    names = [
        n
        for n, _ in keywords.suggest_tags("GoIP设备是什么", f"GoIP设备放在家里就是犯罪。{LONG}", 6)
    ]
    assert names[0] == "GoIP"
    assert len(names) <= 6
