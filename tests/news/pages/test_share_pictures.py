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


def test_the_page_of_a_kind_of_fraud_has_the_picture_of_its_guide(client):
    key = {"kind": "guide", "fraud_type": "model_card", "import_key": "guide:model_card"}
    guide = make_article("先拍照再上岗：模卡费是怎么回事", **key)
    for city in ("", "/xiangxi"):
        wide, _square = IMAGE.findall(client.get(f"{city}/alerts/model_card/").content.decode())
        assert wide.startswith(f"/share/news/{guide.pk}/wide/")
        assert client.get(wide).status_code == 200
    site = IMAGE.findall(client.get("/alerts/pyramid/").content.decode())
    assert site[0].startswith("/share/all/"), "it has no guide"
