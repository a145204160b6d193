"""The share picture of an article."""

import io
import re

import pytest
from PIL import Image

from news.articles.transitions import withdraw_article
from tests.articles import make_article

pytestmark = pytest.mark.django_db
IMAGE = re.compile(r'<meta property="og:image" content="http://testserver([^"]+)">')


def test_a_guide_has_a_picture_until_it_is_withdrawn(client):
    guide = make_article("押金怎么要回来", kind="guide")
    wide, square = IMAGE.findall(client.get(f"/xiangxi/news/{guide.pk}/").content.decode())
    assert IMAGE.findall(client.get(f"/news/{guide.pk}/").content.decode()) == [wide, square]
    assert Image.open(io.BytesIO(client.get(wide).content)).size == (1200, 630)
    withdraw_article(guide.pk, "要重写")
    assert client.get(wide).status_code == 404
    assert client.get("/share/news/999999/wide/0.png").status_code == 404
