"""What keeps a backup from being written is said in our own sentence, without the system's or GnuPG's words."""

import errno
import os
import shutil

import pytest
from django.core.management import CommandError, call_command

from jobsite.backups import backup
from sitekit.maintenance.file_errors import describe_file_error, describe_file_error_in_chinese


def test_a_file_where_the_folder_should_be(tmp_path):
    path = tmp_path / "backups"
    path.touch()
    with pytest.raises(CommandError, match=f"^{path} is a file, not a folder"):
        call_command("backup", str(path), "--plain")
    with pytest.raises(CommandError, match="goes through a file, not a folder"):
        call_command("backup", str(path / "daily"), "--plain")


def test_a_disk_that_is_read_only(tmp_path, monkeypatch):
    def refuse(path, *_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(backup, "_open_private", refuse)
    with pytest.raises(CommandError, match="cannot be written, its disk is read-only"):
        call_command("backup", str(tmp_path / "backups"), "--plain")


@pytest.mark.skipif(shutil.which("gpg") is None, reason="needs GnuPG")
def test_a_recipient_that_nobody_has_a_key_of(tmp_path, settings, monkeypatch):
    monkeypatch.setenv("GNUPGHOME", str(tmp_path))
    tmp_path.chmod(0o700)
    settings.BACKUP_RECIPIENT = "nonsense"
    with pytest.raises(CommandError) as refused:
        call_command("backup", str(tmp_path / "backups"))
    assert str(refused.value) == (
        "BACKUP_RECIPIENT nonsense: neither a public key of age (age1…) nor one that gpg has; "
        "gpg --import takes one in."
    )


def test_other_errors_keep_the_words_of_the_system_without_its_number():
    error = OSError(errno.EIO, "Input/output error", "/mnt/backups")
    assert describe_file_error(error) == "Input/output error: /mnt/backups"
    assert describe_file_error_in_chinese(error) == "/mnt/backups 读写时出错"
    assert describe_file_error(PermissionError(13, "x"), "/a") == "/a may not be used by this user"
