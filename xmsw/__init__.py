"""Foundation of the portal. It knows no domain app."""

from xmsw.celery import app as celery_app

__all__ = ["celery_app"]
