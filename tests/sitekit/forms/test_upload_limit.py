"""Of an upload no more is kept than any form takes, of one file and of many in one request."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from sitekit.forms import upload_limit

PIECE = 64 * 1024  # in which a request is read


def list_received_sizes(sizes):
    files = [SimpleUploadedFile("a.jpg", b"x" * size) for size in sizes]
    request = RequestFactory().post("/", {"files": files})
    file_sizes = [file.size for file in request.FILES.getlist("files")]
    request.close()
    return file_sizes


def test_what_is_small_is_kept_whole():
    assert list_received_sizes([10, 3 * PIECE]) == [10, 3 * PIECE]


def test_one_file_ends_at_its_limit(monkeypatch):
    monkeypatch.setattr(upload_limit, "MAX_BYTES", 2 * PIECE)
    assert max(list_received_sizes([10 * PIECE])) <= 4 * PIECE


def test_many_files_end_at_the_limit_of_the_request(monkeypatch):
    monkeypatch.setattr(upload_limit, "MAX_IN_ALL", 4 * PIECE)
    assert sum(list_received_sizes([3 * PIECE] * 20)) <= 6 * PIECE
