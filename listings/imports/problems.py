class FileUnreadable(Exception):
    """The file or its mapping as a whole is of no use; says in Chinese why."""


class RowRefused(Exception):
    """One row can't become a listing; says in Chinese why."""
