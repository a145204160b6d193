"""Addresses in the log without what tells of somebody: tokens, since who has such a link needs no account; numbers and
mailboxes that somebody typed behind the site's name."""

import logging
import re

LONGEST_PATH = 300  # characters
# A part of a path that no person chose: long, and with digits, capitals or the colons of a signature.
_TOKEN = re.compile(r"(?<=/)(?=[^/?\s]*[A-Z0-9:])[\w:.~%-]{16,}(?=[/?\s]|$)")
# Ten digits or more (a telephone, an identity card), also in groups; no row of a table has such a number. Django hands
# over what is beyond ASCII as its escape, such as \uff11.
_DIGIT = r"(?:\d|\\uff1[0-9])"
_LONG_NUMBER = re.compile(rf"{_DIGIT}(?:[ .-]?{_DIGIT}){{9,}}[xX]?")
_WITH_MAILBOX = re.compile(r"(?<=/)[^/@]*@[^/]*")


class MaskPaths(logging.Filter):
    """Masks those in the arguments of a record; Django hands over paths as such."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(mask_path(arg) for arg in record.args)
        return True


def mask_path(value: object) -> object:
    """Return a path masked and no longer than fits a line; anything else as it is."""
    if not isinstance(value, str) or not value.startswith("/"):
        return value
    path = value if len(value) <= LONGEST_PATH else f"{value[:LONGEST_PATH]}…"
    for pattern in (_TOKEN, _WITH_MAILBOX, _LONG_NUMBER):
        path = pattern.sub("***", path)
    return path
