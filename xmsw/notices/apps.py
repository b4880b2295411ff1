from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "xmsw.notices"
    verbose_name = "提醒"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Collect the kinds every app declares in its `kinds_of_notices.py`."""
        from xmsw.notices.kinds import autodiscover

        autodiscover()
