"""`manage.py verify_evidence` says in a sentence why a file is no pack of evidence, and ends with 2."""

import zipfile

import pytest
from django.core.management import call_command


@pytest.fixture
def verify_file(capsys):
    """Runs the command, and returns what it says."""

    def run(*words):
        with pytest.raises(SystemExit) as ending:
            call_command("verify_evidence", *map(str, words))
        assert ending.value.code == 2
        return capsys.readouterr().err

    return run


def test_what_is_no_pack_is_said_in_a_sentence(verify_file, tmp_path):
    path = tmp_path / "证据.zip"
    assert verify_file(path) == f"cannot be read: there is no {path}\n"
    path.write_text("# 说明")
    assert verify_file(path) == "cannot be read: it is no ZIP, or a damaged one\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("别的.txt", "别的")
    words = "cannot be read: a part of a pack of evidence is missing in it, or damaged\n"
    assert verify_file(path) == words
    assert verify_file(tmp_path) == f"cannot be read: {tmp_path} is a folder, not a file\n"


def test_what_is_no_key_is_said_in_a_sentence(verify_file, tmp_path):
    key = tmp_path / "key.pem"
    assert verify_file("证据.zip", "--key", key) == f"cannot be read: there is no {key}\n"
    key.write_text("no key")
    words = f"cannot be read: {key} is no public key (Ed25519, as PEM)\n"
    assert verify_file("证据.zip", "--key", key) == words


def test_a_damaged_part_is_said_in_a_sentence(verify_file, tmp_path):
    path = tmp_path / "证据.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "{}" * 500)
    content = bytearray(path.read_bytes())
    start = content.index(b"manifest.json") + len("manifest.json")
    content[start : start + 2] = b"\xff\xff"
    path.write_bytes(content)
    words = "cannot be read: a part of a pack of evidence is missing in it, or damaged\n"
    assert verify_file(path) == words
