"""The picture, poster and print of a listing."""

import io
import re
from xml.etree import ElementTree

import pytest
from PIL import Image

from accounts.models import EmployerKind
from listings.detail.photos import list_content_photos
from listings.pages.share_pictures import build_listing_card
from listings.publication.transitions import move_listing
from sitekit.images.barcodes import read_barcodes
from sitekit.images.pictures import build_picture_url, create_picture
from sitekit.share_pictures.kept_drawings import YEAR_SECONDS
from sitekit.share_pictures.svg_painter import draw_card_svg
from tests.json_ld import find_job_posting_faults, read_schemas
from tests.people import sign_in

SVG = "{http://www.w3.org/2000/svg}"
pytestmark = pytest.mark.django_db
IMAGE = re.compile(r'<meta property="og:image" content="http://testserver([^"]+)">')


def read_head(client, listing):
    html = client.get(listing.get_absolute_url()).content.decode()
    return html, IMAGE.findall(html)


def test_a_live_listing_has_a_wide_and_a_square_picture(client, publish):
    listing = publish(title="周末 <b> 派发", pay_min=22, pay_max=25)
    html, (wide, square) = read_head(client, listing)
    assert '<meta property="og:type" content="article">' in html
    assert '<meta name="twitter:card" content="summary_large_image">' in html
    assert 'og:image:alt" content="周末 &lt;b&gt; 派发，22–25元/小时，日结，' in html
    for path, size in ((wide, (1200, 630)), (square, (600, 600))):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert f"max-age={YEAR_SECONDS}" in answer["Cache-Control"] and not answer.cookies
        assert Image.open(io.BytesIO(answer.content)).size == size


def test_a_change_has_another_address_and_the_former_leads_to_it(client, publish):
    listing = publish()
    _, (former, _) = read_head(client, listing)
    listing.pay_min = listing.pay_max = 30
    listing.save()
    _, (path, _) = read_head(client, listing)
    assert path != former
    assert client.get(former)["Location"] == path


def test_a_kept_picture_is_asked_for_with_two_queries(
    client, publish, monkeypatch, django_assert_num_queries
):
    _, (wide, _) = read_head(client, publish())
    client.get(wide)
    monkeypatch.setattr("sitekit.share_pictures.kept_drawings.draw_card", None)
    with django_assert_num_queries(2):
        assert client.get(wide).status_code == 200


@pytest.mark.parametrize(
    "status", ["filled", "paused", "held", "removed", "removed_fraud", "withdrawn"]
)
def test_what_is_not_live_has_no_picture_code_or_poster(client, publish, status):
    listing = publish()
    _, (wide, _) = read_head(client, listing)
    kind = {"fraud_type": "brushing_rebate"} if status == "removed_fraud" else {}
    move_listing(listing.pk, status, None, "核查", **kind)
    assert client.get(wide).status_code == 404
    assert client.get(f"/share/jobs/{listing.pk}/code.svg").status_code == 404
    assert client.get(f"/share/jobs/{listing.pk}/a4/0.svg").status_code == 404
    poster = client.get(f"{listing.get_absolute_url()}poster/")
    assert (poster.status_code, poster["Location"]) == (302, listing.get_absolute_url())
    html, images = read_head(client, listing)
    assert "/poster/" not in html and not [path for path in images if "/share/jobs/" in path]


@pytest.mark.parametrize(
    "path",
    [
        *("jobs/999999/wide/0.png", "jobs/{pk}/tall/0.png", "jobs/999999/code.svg"),
        *("jobs/999999/a4/0.svg", "jobs/{pk}/wide/0.svg", "jobs/{pk}/tall/0.svg"),
    ],
)
def test_what_was_never_there_is_not_found(client, publish, path):
    assert client.get(f"/share/{path.format(pk=publish().pk)}").status_code == 404


def test_of_a_person_neither_name_nor_street_is_drawn(publish, employer):
    listing = publish(address="人民路 3 号 2 单元")
    card = build_listing_card(listing, [])
    assert card.who == "乾州清茗饮品店" and "人民路 3 号" in card.lines[0]
    employer.kind = EmployerKind.PERSON
    listing.employer = employer
    card = build_listing_card(listing, [])
    assert "乾州清茗" not in repr(card) and "人民路" not in repr(card)
    assert card.who == EmployerKind.PERSON.label


def test_the_first_photo_without_a_code_stands_beside_the_text(publish, client):
    pictures = [create_picture(draw_plain(colour)) for colour in ("#c02020", "#2040c0")]
    pictures[0].codes = ["https://elsewhere.example/"]
    pictures[0].save()
    listing = publish(photos=[picture.pk for picture in pictures])
    card = build_listing_card(listing, list_content_photos(listing))
    assert pictures[1].digest in card.photo
    _, (wide, _) = read_head(client, listing)
    image = Image.open(io.BytesIO(client.get(wide).content)).convert("RGB")
    red, _, blue = image.getpixel((1000, 300))
    assert blue > 150 > red
    # Machines are told of the same one, and the letter that stands for a logo is none.
    posting = read_schemas(client.get(listing.get_absolute_url()))["JobPosting"]
    assert find_job_posting_faults(posting) == []
    path = build_picture_url(pictures[1].digest, 800, "webp")
    assert posting["image"] == [f"http://testserver{path}"]
    assert "logo" not in posting["hiringOrganization"]


def draw_plain(colour):
    file = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(file, "PNG")
    file.seek(0)
    return file


def test_the_poster_says_what_matters_and_its_code_leads_to_the_listing(client, publish, settings):
    settings.SITE_URL = "https://jobs.example"
    listing = publish(title="周末派发", work_hours="14:00–18:00")
    html = client.get(f"{listing.get_absolute_url()}poster/").content.decode()
    for words in (
        "周末派发", "22", "日结", "14:00–18:00", "乾州新区商业街", "乾州清茗饮品店", "4 人",
        "谁叫你先交钱，都是骗子", f"jobs.example{listing.get_absolute_url()}", "印于",
    ):  # fmt: skip
        assert words in html
    assert 'content="noindex"' in html and "poster-code" in html
    for shape, size in (("poster", (1080, 1440)), ("a4", (1080, 1528))):
        picture = re.search(rf'href="(/share/jobs/\d+/{shape}/[^"]+)"', html)[1]
        image = Image.open(io.BytesIO(client.get(picture).content)).convert("RGB")
        assert image.size == size
        assert read_barcodes(image) == [f"https://jobs.example{listing.get_absolute_url()}"]
    code = client.get(f"/share/jobs/{listing.pk}/code.svg")
    assert code["Content-Type"] == "image/svg+xml" and b"<svg" in code.content
    elsewhere = client.get(f"/hefei/jobs/{listing.pk}/poster/")
    assert (elsewhere.status_code, elsewhere["Location"]) == (
        301, f"{listing.get_absolute_url()}poster/",
    )  # fmt: skip


POSTER_LINK = re.compile(r'href="(/share/jobs/\d+/(?:poster|a4)/\w+\.svg)" download="([^"]+)"')


def test_the_poster_is_saved_as_svg_for_phones_and_for_paper(
    client, publish, settings, django_assert_num_queries
):
    settings.SITE_URL = "https://jobs.example"
    listing = publish(title='周末 <script>派发</script> & "传单"', pay_min=22, pay_max=25)
    html = client.get(f"{listing.get_absolute_url()}poster/").content.decode()
    links = POSTER_LINK.findall(html)
    pk = listing.pk
    assert [name for _, name in links] == [f"poster-{pk}-phone.svg", f"poster-{pk}-a4.svg"]
    assert f'download="poster-{pk}-a4.png"' in html
    for path, name in links:
        with django_assert_num_queries(2):
            answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert f"max-age={YEAR_SECONDS}" in answer["Cache-Control"] and not answer.cookies
        texts = [text.text for text in ElementTree.fromstring(answer.content).iter(f"{SVG}text")]
        words = "".join(texts)
        for expected in (
            "<script>派发</script>", "22–25", "元/小时 · 日结", "招 4 人", "乾州新区商业街", "乾州清茗饮品店", "执照",
            "谁叫你先交钱，都是骗子，打 96110。", f"jobs.example{listing.get_absolute_url()}", f"编号 {pk}",
        ):  # fmt: skip
            assert expected in words
    former = links[1][0]
    listing.pay_min = listing.pay_max = 30
    listing.save()
    led = client.get(former)
    assert led.status_code == 302 and led["Location"].endswith(".svg") and led["Location"] != former


def test_the_svg_of_a_repost_says_that_nobody_was_checked_and_that_of_several_places_how_many(
    publish,
):
    listing = publish(address="人民路 3 号", further_places="凤凰县 虹桥中路 12 号")
    svg = draw_card_svg(build_listing_card(listing, []), "a4").decode()
    assert "吉首市 人民路 3 号等 2 处" in svg and "乾州清茗" in svg and "<circle" in svg
    listing.employer = None
    svg = draw_card_svg(build_listing_card(listing, []), "a4").decode()
    assert "转载，没有核对过发布者" in svg
    assert "乾州清茗" not in svg and "人民路" not in svg and "<circle" not in svg


def test_visitors_and_the_employer_are_led_to_the_poster(client, publish, owner):
    listing = publish()
    poster = f'href="{listing.get_absolute_url()}poster/"'
    assert poster in read_head(client, listing)[0]
    sign_in(client, owner)
    desk = f"/employer/listings/{listing.pk}/"
    assert poster in client.get(desk).content.decode()
    assert poster not in client.get(f"{desk}preview/").content.decode()
    move_listing(listing.pk, "filled", None, "招满")
    assert poster not in client.get(desk).content.decode()


def test_without_a_font_the_icon_stands_for_pictures(client, publish, monkeypatch):
    listing = publish()
    _, (wide, _) = read_head(client, listing)
    for name in ("listings.pages.share_pictures", "sitekit.share_pictures.kept_drawings"):
        monkeypatch.setattr(f"{name}.has_font", lambda: False)
    html, images = read_head(client, listing)
    assert images == ["/icons/512.png"] and 'content="summary"' in html
    assert client.get(wide)["Location"] == "/icons/512.png"
    assert client.get(f"/share/jobs/{listing.pk}/a4/0.svg").status_code == 404
    assert "手机海报" not in client.get(f"{listing.get_absolute_url()}poster/").content.decode()


def test_a_print_has_who_where_and_of_which_day(client, publish):
    listing = publish()
    html, _ = read_head(client, listing)
    start = html.index('<section class="box on-paper">')
    printed = html[start : html.index("</section>", start)]
    assert "乾州清茗饮品店" in printed and "印于" in printed
    assert f"http://testserver{listing.get_absolute_url()}" in printed
    assert 'class="paper-code"' in printed and "这一页的二维码" in printed
