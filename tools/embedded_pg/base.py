"""Django's PostgreSQL backend, which starts the embedded server before it connects.

So a command that needs no database starts none, and none has to remember to start one.
"""

import os
from pathlib import Path

import psycopg
from django.db.backends.postgresql import base

from tools.refused_files import describe_refused_file

from . import ensure_running


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):
        folder = Path(os.environ["EMBEDDED_DATABASE_DIR"])
        try:
            ensure_running(folder)
        except OSError as error:
            reason = describe_refused_file(error, folder)
            raise psycopg.OperationalError(f"connection failed: {reason}") from error
        return super().get_new_connection(conn_params)
