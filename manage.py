#!/usr/bin/env python3
import os
import sys
from pathlib import Path


def main():
    try:
        _run_with_project_python()
    except KeyboardInterrupt:  # also while modules are still being imported
        print("manage.py: interrupted", file=sys.stderr)
        sys.exit(130)


def _run_with_project_python():
    if Path(__file__).with_name("tools").is_dir():  # a server may do without the developer tools
        from tools import development

        development.use_project_python()
    from jobsite.operations.start_errors import exit_in_one_line

    with exit_in_one_line("manage.py"):
        _execute_management_command()


def _execute_management_command():
    if Path(__file__).with_name("tools").is_dir():
        from tools import development

        development.set_command_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobsite.settings")
    from django.core.management import execute_from_command_line

    from jobsite.operations import time_limits

    os.environ[time_limits.VARIABLE] = time_limits.name_process_kind(sys.argv[1:])

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
