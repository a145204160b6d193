"""Django's PostgreSQL backend, which starts the embedded server before it connects.

So a command that needs no database starts none, and none has to remember to start one.
"""

import os
from pathlib import Path

from django.db.backends.postgresql import base

from . import ensure_running


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):
        ensure_running(Path(os.environ["EMBEDDED_DATABASE_DIR"]))
        return super().get_new_connection(conn_params)
