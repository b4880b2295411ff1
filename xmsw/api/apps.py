from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "xmsw.api"
    verbose_name = "接口"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Collect the resources and writes every app declares in its `api.py` and `api_writes.py`, and their scopes."""
        from xmsw.api.resources import autodiscover
        from xmsw.api.writes import register_scopes

        autodiscover()
        register_scopes()
