"""Files that messages are written to where nothing is sent."""

import pytest
from django.utils import timezone

from sitekit.messages.message_files import create_message_file


@pytest.fixture
def one_moment(monkeypatch):
    moment = timezone.localtime()
    monkeypatch.setattr(timezone, "localtime", lambda: moment)
    return moment


def test_each_message_has_a_file_of_its_own_within_one_moment(tmp_path, one_moment):
    paths = [create_message_file(tmp_path / "mails" / "new", ".eml") for _ in range(3)]
    start = f"{one_moment:%Y%m%d-%H%M%S}-{one_moment.microsecond:06}"
    assert [path.name for path in paths] == [f"{start}-{number}.eml" for number in range(3)]
    assert [path.read_bytes() for path in paths] == [b"", b"", b""]


def test_only_the_own_account_may_read_the_file(tmp_path):
    assert create_message_file(tmp_path, ".txt").stat().st_mode & 0o777 == 0o600


def test_a_thousand_files_of_one_moment_are_the_end(tmp_path, one_moment):
    start = f"{one_moment:%Y%m%d-%H%M%S}-{one_moment.microsecond:06}"
    for number in range(1000):
        (tmp_path / f"{start}-{number}.txt").touch()
    with pytest.raises(FileExistsError):
        create_message_file(tmp_path, ".txt")
