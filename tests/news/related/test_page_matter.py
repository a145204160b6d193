"""What a page without a stored fraud type is about."""

import pytest

from news.models import Article
from news.related.page_matter import find_page_matter


@pytest.mark.parametrize(
    ("shares", "scheme"),
    [
        ({"wage_theft": 0.9, "student_work": 1.0}, "wage_theft"),
        # A text that nearly warns is about what else its words tell, unless that is close.
        ({"wage_theft": 0.5, "student_work": 1.0}, ""),
        ({"wage_theft": 0.5, "wage_protection": 1.0}, "wage_theft"),
        ({"wage_theft": 0.5}, "wage_theft"),
        ({"wage_theft": 0.3}, ""),
    ],
)
def test_a_guess_that_is_not_sure_yields_to_a_topic(shares, scheme):
    article = Article(kind="news")
    article.matters = [{"term": f"#{code}", "weight": share} for code, share in shares.items()]
    assert find_page_matter(article).scheme == scheme
