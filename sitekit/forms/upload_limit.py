"""Uploads end at a size: what comes after it is thrown away unread."""

from django.core.files.uploadhandler import FileUploadHandler

# More than any form accepts (`sitekit.images.image_cleaning`, papers, spreadsheets), so that each still says its
# own limit of a file that was cut.
MOST_BYTES = 16 * 1024 * 1024
MOST_IN_ALL = 6 * MOST_BYTES  # of one request: as many photos as a listing has


class UploadLimitHandler(FileUploadHandler):
    """Stands before the handlers that keep a file: they get its first bytes only."""

    in_all = 0

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data, start):
        """None keeps the piece from the handlers after this one."""
        if self.seen > MOST_BYTES or self.in_all > MOST_IN_ALL:
            return None
        self.seen += len(raw_data)
        self.in_all += len(raw_data)
        return raw_data

    def file_complete(self, file_size):
        """The file is made by a later handler."""
