"""What a text suggests, whichever keyboard wrote its marks."""

import pytest

from news.analysis.suggestions import suggest_values
from news.models import Article

NARROW = str.maketrans("，。！？：；（）【】“”", ',.!?:;()[]""')


@pytest.mark.parametrize(
    ("title", "text"),
    [
        # A firm's name ends at a comma, so that the city before it is none of its words.
        (
            "岳阳，两家有限公司收押金，“刷单”骗局又来",
            "岳阳，两家有限公司招“打字员”，先交押金。警方提醒：刷单就是诈骗！",
        ),
        # A question ends at a comma.
        ("刷单返利能挣，你信吗", "先垫付后返利，都是刷单诈骗。别信。"),
        ("【提醒】常德警方：谨防“刷单”", "（记者 王一）近日，常德的李某刷单被骗，报了警。"),
    ],
)
def test_narrow_marks_are_read_as_wide_ones(places, title, text):
    wide = {(new.what, new.value) for new in suggest_values(Article(title=title, text=text))}
    narrow_article = Article(title=title.translate(NARROW), text=text.translate(NARROW))
    assert {(new.what, new.value) for new in suggest_values(narrow_article)} == wide
    assert len(wide) >= 4
