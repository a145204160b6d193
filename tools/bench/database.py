"""A database of the bench's own, made and dropped by it; the configured one is never touched."""

import io
import secrets
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from cities.directory.regions import reset_region_cache

PREFIX = "bench_"


@contextmanager
def prepare_bench_database():
    """The default connection leads to a fresh, migrated database with all places; yields its name."""
    configured = connection.settings_dict["NAME"]
    connection.ensure_connection()  # starts the embedded server, where that is the one in use
    address = connection.get_connection_params()
    connection.close()
    name = PREFIX + secrets.token_hex(4)
    _run_database_statement(address, "CREATE DATABASE {} TEMPLATE template0", name)
    try:
        connection.settings_dict["NAME"] = name
        call_command("migrate", verbosity=0, skip_checks=True)
        call_command("load_regions", verbosity=0, skip_checks=True, stdout=io.StringIO())
        reset_region_cache()
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = configured
        reset_region_cache()
        _run_database_statement(address, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _run_database_statement(address, statement, name):
    if not name.startswith(PREFIX):
        raise ValueError(f"{name} is no database of the bench.")
    connection_options = {
        key: address[key] for key in ("host", "port", "user", "password") if address.get(key)
    }
    with psycopg.connect(**connection_options, dbname="postgres", autocommit=True) as outside:
        outside.execute(sql.SQL(statement).format(sql.Identifier(name)))


def get_bench_database_url() -> str:
    """Return the DATABASE_URL of the database that the connection uses, for the web server."""
    now = connection.settings_dict
    login = quote(now["USER"], safe="")
    if now["PASSWORD"]:
        login += ":" + quote(now["PASSWORD"], safe="")
    options = dict(now.get("OPTIONS", {}))
    host = now["HOST"]
    if host.startswith("/"):  # a folder of a socket has no place in an address but its query
        options["host"], host = host, ""
    options = {key: value for key, value in options.items() if isinstance(value, str)}
    port = f":{now['PORT']}" if now["PORT"] and host else ""
    if now["PORT"] and not host:
        options["port"] = now["PORT"]
    query = f"?{urlencode(options, quote_via=quote)}" if options else ""
    return f"postgresql://{login}@{host}{port}/{quote(now['NAME'])}{query}"
