from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "xmsw.api"
    verbose_name = "接口"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Collect the resources every app declares in its `api.py`."""
        from xmsw.api.resources import autodiscover

        autodiscover()
