#!/usr/bin/env python
"""The one entry point: `python manage.py up` starts everything, `help` lists the rest."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xmsw.settings")
    if "DATABASE_URL" not in os.environ:
        os.environ.setdefault("XMSW_ENV", "development")  # a database that somebody named is not played with
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
