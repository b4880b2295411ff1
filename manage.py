#!/usr/bin/env python
"""The one entry point: `python manage.py up` starts everything, `help` lists the rest."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xmsw.settings")
    # A database that somebody named is not opened with development keys; `up` makes keys before it opens anything.
    if "DATABASE_URL" not in os.environ or sys.argv[1:2] == ["up"]:
        os.environ.setdefault("XMSW_ENV", "development")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
