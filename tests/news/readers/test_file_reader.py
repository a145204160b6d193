import os
import zipfile

import pytest
from django.core.management import CommandError, call_command

from news.models import Article
from news.readers.story import MAX_TEXT
from tests.import_runs import run_article_import, write_import_file

TEXT = "标题{}\n\n这里说的是第{}件事，和别的都不一样。\n\n先交钱的不要做。"


def write_text_file(folder, name, number=1):
    return write_import_file(folder, TEXT.format(number, "一二三四五"[number]), name)


def test_a_folder_is_read_with_what_lies_in_it(tmp_path):
    write_text_file(tmp_path, "a.txt", 0)
    write_text_file(tmp_path, "深/处/b.md", 1)
    write_text_file(tmp_path, ".hidden/c.txt", 2)
    code, out, _ = run_article_import(tmp_path)
    assert code == 0
    assert "收下 2 篇" in out


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_read(tmp_path):
    secret = write_text_file(tmp_path, "secret.txt", 0)
    folder = tmp_path / "in"
    write_text_file(folder, "a.txt", 1)
    (folder / "b.txt").symlink_to(secret)
    (folder / "c.txt").symlink_to(folder / "a.txt")
    (folder / "d").symlink_to(tmp_path)
    code, out, err = run_article_import(folder)
    assert code == 1
    assert "b.txt：这个链接指到文件夹外面" in err
    assert "收下 1 篇，已有 1 篇，并入 0 篇，拒收 1 篇。" in out


def test_names_with_odd_signs_are_printed_plainly(tmp_path):
    for name in ("空 格\n换行.txt", "\u202etxt.exe.txt", "\udcff.txt"):
        path = tmp_path / name
        path.write_bytes(b"")
    code, _, err = run_article_import(tmp_path)
    assert code == 1
    assert err.count("文件是空的") == 3
    assert len(err.splitlines()) == 3
    assert "\u202e" not in err
    err.encode()  # no half characters


def test_a_file_that_nobody_may_read_is_refused(tmp_path, monkeypatch):
    path = write_text_file(tmp_path, "a.txt")
    real = type(path).open

    def closed(self, *args, **kwargs):
        if self == path:
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(type(path), "open", closed)
    code, _, err = run_article_import(path)
    assert code == 1
    assert "a.txt：读不了：Permission denied。" in err


def test_a_folder_that_nobody_may_read_is_refused(tmp_path, monkeypatch):
    write_text_file(tmp_path, "a.txt")
    closed = tmp_path / "closed"
    closed.mkdir()
    real = os.scandir

    def scandir(path):
        if os.fspath(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(closed))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    code, out, err = run_article_import(tmp_path)
    assert code == 1
    assert "closed：读不了：Permission denied。" in err
    assert "收下 1 篇" in out


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.json", "a.docx", "a.zip"])
def test_a_packed_file_is_refused_under_any_name(tmp_path, name):
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.txt", "0" * 5_000_000)
    code, _, err = run_article_import(tmp_path / name)
    assert code == 1
    assert "ZIP 压缩包" in err or "还不会读这种文件" in err


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    code, _, err = run_article_import(tmp_path)
    assert code == 1
    assert "不是普通文件" in err


@pytest.mark.parametrize("name", ["missing.txt", "x" * 300, "a\x00b"])
def test_a_file_that_is_not_there_is_refused(tmp_path, name):
    code, _, err = run_article_import(tmp_path / name)
    assert code == 1
    assert "没有这个文件" in err or "读不了" in err


def test_a_text_as_long_as_a_book_is_refused(tmp_path):
    code, _, err = run_article_import(
        write_import_file(tmp_path, "标题\n\n" + "字" * (MAX_TEXT + 1))
    )
    assert code == 1
    assert "最多 200000 字" in err


def test_wrong_usage_ends_with_two():
    with pytest.raises(CommandError) as caught:
        call_command("import_articles", "a.txt", "--city", "nowhere")
    assert caught.value.returncode == 2


def test_a_line_tells_what_became_of_an_article(tmp_path):
    _, out, _ = run_article_import(
        write_text_file(tmp_path, "a.txt"), "--city", "xiangxi", "--kind", "guide"
    )
    article = Article.objects.get()
    tags = "、".join(article.tags.values_list("name", flat=True))
    facts = ["指南", article.get_fraud_type_display(), "湘西土家族苗族自治州", tags]
    line = " | ".join(fact for fact in facts if fact)
    assert out.splitlines()[0] == f"/news/{article.pk}/ 标题1（来源未注明） | {line}"
