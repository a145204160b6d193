"""The step of a migration that seals columns which stood in clear, and opens them on its way back."""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

from sitekit.sealing.resealing import open_column, seal_column


def seal_columns(app: str, model: str, *names: str) -> RunPython:
    """To come after the operations that make them sealed fields."""

    def seal(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
        for name in names:
            seal_column(apps.get_model(app, model)._meta.get_field(name))

    def unseal(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for name in names:
            open_column(apps.get_model(app, model)._meta.get_field(name))
        # A table whose rows wait for checks of their references cannot be altered.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    return RunPython(seal, unseal)
