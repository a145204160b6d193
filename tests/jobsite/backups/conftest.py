import pytest
from django.conf import settings


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A picture that the web server reads, a paper that it does not."""
    for name, content in (
        ("media/photos/a/图.jpg", b"tea-at-noon"),
        ("private/papers/ab/1", b"paper"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    (tmp_path / "private/papers/ab/1").chmod(0o600)
    (tmp_path / "private").chmod(0o700)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")
    monkeypatch.setattr(settings, "PRIVATE_ROOT", tmp_path / "private")
    return tmp_path
