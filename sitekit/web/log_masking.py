"""Addresses in the log without the tokens in them: who has such a link needs no account."""

import logging
import re

# A part of a path that no person chose: long, and with digits, capitals or the colons of a signature.
_TOKEN = re.compile(r"(?<=/)(?=[^/?\s]*[A-Z0-9:])[\w:.~%-]{16,}(?=[/?\s]|$)")


class MaskTokens(logging.Filter):
    """Replaces them in the arguments of a record; Django hands over paths as such."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(mask_tokens(arg) for arg in record.args)
        return True


def mask_tokens(value: object) -> object:
    return _TOKEN.sub("***", value) if isinstance(value, str) and value.startswith("/") else value
