"""What of a folder is saved."""

import io
import tarfile

from jobsite.backups.archive import ArchiveWriter


def test_a_folder_can_be_left_out_at_the_top_only(tmp_path):
    for name in ("drawn/1.png", "photos/drawn/2.webp", "photos/3.webp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    stream = io.BytesIO()
    archive = ArchiveWriter(stream)
    archive.add_folder("media/", tmp_path, without="drawn")
    archive.end()
    stream.seek(0)
    with tarfile.open(fileobj=stream) as saved:
        names = saved.getnames()
    assert sorted(names) == ["media/photos/3.webp", "media/photos/drawn/2.webp"]
