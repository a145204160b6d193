"""Uploads are cut at a size; the bytes after it are dropped."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

# More than any form accepts (`sitekit.images.image_cleaning`, papers, spreadsheets), so that each
# form still refuses a file that was cut, with its own limit.
MAX_BYTES = 16 * 1024 * 1024
MAX_IN_ALL = 6 * MAX_BYTES  # of one request: for all photos of a listing


class UploadLimitHandler(FileUploadHandler):
    """Must stand before the other upload handlers, which then get the first bytes only."""

    in_all = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Return None to drop the chunk."""
        if self.seen > MAX_BYTES or self.in_all > MAX_IN_ALL:
            return None
        self.seen += len(raw_data)
        self.in_all += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Return None: a later handler returns the file."""
