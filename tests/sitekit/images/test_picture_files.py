"""The files of pictures are served as they are, and nothing else that lies beside them."""

from pathlib import Path

import pytest
from PIL import Image

from sitekit.images.picture_files import get_picture_path
from sitekit.images.pictures import build_file_name, build_picture_url, create_picture
from tests.sitekit.images.test_pictures import encode_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return create_picture(encode_image(Image.new("RGB", (500, 300), "green")))


@pytest.mark.parametrize("suffix", ["webp", "avif"])
@pytest.mark.parametrize("debug", [True, False])
def test_a_picture_is_served_once_and_for_all(client, settings, picture, suffix, debug):
    settings.DEBUG = debug
    at = build_picture_url(picture.digest, 480, suffix)
    response = client.get(at, headers={"accept-encoding": "gzip"})
    content = b"".join(response)
    assert content == get_picture_path(build_file_name(picture.digest, 480, suffix)).read_bytes()
    assert response["Content-Type"] == f"image/{suffix}"
    assert response["Content-Length"] == str(len(content))
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "Content-Encoding" not in response
    assert not response.cookies
    head = client.head(at)
    assert (head.status_code, head["Content-Length"]) == (200, str(len(content)))
    head.close()
    assert client.post(at).status_code == 405


def test_nothing_else_in_the_folder_is_public(client, settings, picture, tmp_path):
    (tmp_path / "secret.txt").write_text("private words")
    folder = tmp_path / "pictures" / picture.digest[:2]
    for name in (".new-abc", "secret.webp", f"{picture.digest}-480.png"):
        (folder / name).write_text("private words")
    Path(folder, f"{picture.digest}-480.webp~").write_text("private words")
    start = f"/media/pictures/{picture.digest[:2]}"
    for at in (
        "/media/",
        "/media/secret.txt",
        "/media/pictures/",
        f"{start}/",
        f"{start}/.new-abc",
        f"{start}/secret.webp",
        f"{start}/{picture.digest}-480.png",
        f"{start}/{picture.digest}-480.webp~",
        f"{start}/{picture.digest}-480.webp/",
        f"{start}/{picture.digest}-480.webp%0A",
        f"{start}/{picture.digest}-960.webp",
        f"{start}/{picture.digest.upper()}-480.webp",
        f"{start}/../../secret.txt",
        f"{start}/..%2f..%2fsecret.txt",
        f"{start}/{picture.digest}-480%00.webp",
        f"{start}/{picture.digest}-４８０.webp",
        "/media/pictures/..%2f/..%2fsecret.txt",
    ):
        response = client.get(at)
        assert response.status_code in {400, 404}, at
        assert b"private words" not in response.content
