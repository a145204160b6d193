"""The process that reads pictures: what it reads, when it starts and ends, what it refuses, what it keeps."""

import os
import shutil
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from sitekit.ocr import reader_client
from sitekit.ocr.reader_client import (
    PicturesForgotten,
    ReaderBusy,
    ReadingResult,
    get_reading,
    is_reader_well,
    read_pictures,
    submit_pictures,
)
from sitekit.ocr.reader_process import MAX_WAITING, SOCKET_NAME
from tests.sitekit.ocr.drawn_text import LINES, SIZE, draw_lines, encode_image
from tests.sitekit.ocr.reader_processes import find_readers, wait_until


def list_line_texts(reading):
    return tuple(line.text for line in reading.lines)


def read_images(*images, **options):
    return read_pictures([encode_image(image, **options) for image in images], seconds=60)


@pytest.fixture
def own_reader(settings, tmp_path):
    """A reader of this test alone; returns its folder."""
    settings.OCR_FOLDER = str(tmp_path / "ocr")
    yield Path(settings.OCR_FOLDER)
    for pid in find_readers(tmp_path):
        os.kill(pid, signal.SIGKILL)


# -- what it reads


@pytest.mark.parametrize(
    ("ink", "paper"), [("black", "white"), ("#e8e8e8", "#111111"), ("white", "#c0392b")]
)
def test_lines_are_read_with_their_places_and_their_ground(ink, paper):
    (reading,) = read_images(draw_lines(ink=ink, paper=paper))
    assert list_line_texts(reading) == LINES
    assert (reading.width, reading.height) == SIZE
    first, second, _third = reading.lines
    assert 45 < first.left < 75 and 73 < first.top < 105 and first.bottom < second.top
    wanted = Image.new("RGB", (1, 1), paper).getpixel((0, 0))
    assert max(abs(a - b) for a, b in zip(first.ground, wanted, strict=True)) < 12


def test_places_are_those_of_the_picture_that_is_shown_though_a_smaller_one_is_read():
    (reading,) = read_images(draw_lines(size=(1080, 1200), height=54))
    assert (reading.width, reading.height) == (1080, 1200) and list_line_texts(reading) == LINES
    _first, _second, third = reading.lines
    assert 45 < third.left < 75 and 290 < third.top < 330 and 435 < third.right < 480


@pytest.mark.parametrize("degrees", [pytest.param(90, marks=pytest.mark.full), 180, 270])
def test_a_picture_that_lies_on_its_side_is_read_and_shown_upright(degrees):
    (reading,) = read_images(draw_lines().rotate(degrees, expand=True))
    assert list_line_texts(reading) == LINES
    assert (reading.width, reading.height) == SIZE


@pytest.mark.full
def test_of_a_long_screenshot_each_line_is_read_once():
    lines = [f"第{number}条消息说的是别的事" for number in range(1, 41)]
    (reading,) = read_images(draw_lines(lines, size=(1080, 5000)))
    assert list(list_line_texts(reading)) == lines


def test_a_poor_jpeg_and_a_small_picture_are_read():
    (poor,) = read_images(draw_lines(), quality=12)
    (small,) = read_images(draw_lines().resize((405, 270)))
    assert list_line_texts(poor) == LINES and list_line_texts(small) == LINES


def test_several_pictures_come_back_in_order_with_the_caption():
    ticket = submit_pictures([encode_image(draw_lines([line])) for line in LINES], "还有一句")
    wait_until(lambda: isinstance(get_reading(ticket, 2), ReadingResult), 60)
    result = get_reading(ticket)
    assert [list_line_texts(reading) for reading in result.readings] == [(line,) for line in LINES]
    assert result.caption == "还有一句"
    assert all(reading.copy.startswith(b"\xff\xd8") for reading in result.readings)


def test_what_is_no_picture_has_its_reason_and_does_not_stop_the_others():
    whole = encode_image(draw_lines())
    broken, cut, good = read_pictures([b"words", whole[: len(whole) // 3], whole], seconds=60)
    assert "这不是能用的图片" in broken.error and not broken.lines
    assert cut.error and not cut.lines
    assert list_line_texts(good) == LINES and not good.error


# -- when it starts and ends


def test_it_starts_when_it_is_needed_and_only_once(own_reader):
    tickets = []
    picture = encode_image(draw_lines())
    asking = [
        threading.Thread(target=lambda: tickets.append(submit_pictures([picture])))
        for _ in range(4)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(tickets) == 4 and len(find_readers(own_reader)) == 1
    assert own_reader.stat().st_mode & 0o777 == 0o700


@pytest.mark.full
def test_idle_it_ends_and_leaves_no_file_but_its_lock(own_reader, settings):
    settings.OCR_IDLE_SECONDS, settings.OCR_KEPT_SECONDS = 1, 0
    read_images(draw_lines())
    wait_until(lambda: not find_readers(own_reader))
    assert [path.name for path in own_reader.iterdir()] == ["start.lock"]


@pytest.mark.full
def test_it_ends_too_where_its_folder_was_removed(own_reader, settings):
    settings.OCR_IDLE_SECONDS, settings.OCR_KEPT_SECONDS = 1, 0
    read_images(draw_lines())
    shutil.rmtree(own_reader)
    wait_until(lambda: not find_readers(own_reader))


@pytest.mark.full
def test_one_that_ends_leaves_the_socket_of_another_where_it_is(own_reader, settings):
    settings.OCR_IDLE_SECONDS, settings.OCR_KEPT_SECONDS = 1, 0
    read_images(draw_lines())
    (own_reader / SOCKET_NAME).unlink()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(own_reader / SOCKET_NAME))
        wait_until(lambda: not find_readers(own_reader))
        assert (own_reader / SOCKET_NAME).exists()


def test_a_web_worker_of_other_code_starts_none_that_it_could_not_reach(own_reader, monkeypatch):
    monkeypatch.setattr(reader_client, "SOCKET_NAME", "reader-0.socket")
    for _ in range(2):
        with pytest.raises(ReaderBusy):
            submit_pictures([encode_image(draw_lines())])
    assert find_readers(own_reader) == []


def test_killed_while_it_reads_it_is_started_anew_and_the_old_ticket_is_forgotten(own_reader):
    ticket = submit_pictures([encode_image(draw_lines())] * 3)
    (pid,) = find_readers(own_reader)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not find_readers(own_reader))
    with pytest.raises(PicturesForgotten):
        get_reading(ticket)
    (reading,) = read_images(draw_lines())
    assert list_line_texts(reading) == LINES


def test_whether_it_is_well_is_seen_without_starting_it(own_reader, monkeypatch):
    assert is_reader_well() and not list(own_reader.glob("*.socket"))
    monkeypatch.setattr(reader_client, "GREETING_SECONDS", 1)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(own_reader / SOCKET_NAME))
        silent.listen()
        assert not is_reader_well(), "it takes the greeting and says nothing"
    (own_reader / SOCKET_NAME).unlink()
    submit_pictures([b"x"])
    assert is_reader_well(), "it answers"


def test_where_it_cannot_start_it_is_busy(settings):
    settings.OCR_FOLDER = "/proc/nowhere"
    assert not is_reader_well()
    with pytest.raises(ReaderBusy):
        submit_pictures([b"x"])


@pytest.mark.full
def test_one_that_hangs_holds_nobody_for_long_and_is_not_asked_again_at_once(
    own_reader, monkeypatch
):
    monkeypatch.setattr(reader_client, "ANSWER_SECONDS", 1)
    monkeypatch.setattr(reader_client, "_silent", {"until": 0.0})
    own_reader.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(own_reader / SOCKET_NAME))
        silent.listen()
        for _ in range(2):
            with pytest.raises(ReaderBusy):
                submit_pictures([bytes(3_000_000)])
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_a_folder_of_somebody_else_is_not_used(settings, tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    settings.OCR_FOLDER = str(tmp_path / "link")
    Path(settings.OCR_FOLDER).symlink_to(target)
    with pytest.raises(ReaderBusy):
        submit_pictures([b"x"])


# -- limits


def test_when_too_many_wait_the_next_is_refused(own_reader):
    pictures = [encode_image(draw_lines())] * 5
    for _ in range(MAX_WAITING):
        submit_pictures(pictures)
    with pytest.raises(ReaderBusy):
        submit_pictures(pictures)


def test_a_ticket_that_is_no_ticket_is_unknown(own_reader):
    read_images(draw_lines())
    for ticket in ("", "x" * 32, "../" + SOCKET_NAME, "鲸"):
        with pytest.raises(PicturesForgotten):
            get_reading(ticket)


@pytest.mark.full
def test_what_was_read_is_forgotten_soon(own_reader, settings):
    settings.OCR_KEPT_SECONDS = 1
    ticket = submit_pictures([encode_image(draw_lines())], "鲸落暗号")
    wait_until(lambda: isinstance(get_reading(ticket, 2), ReadingResult), 60)
    time.sleep(2)
    with pytest.raises(PicturesForgotten):
        get_reading(ticket)
