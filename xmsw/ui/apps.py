from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import autodiscover_modules

from xmsw.ui.wording import reword


class UiConfig(AppConfig):
    name = "xmsw.ui"
    label = "ui"
    verbose_name = "界面"

    def import_models(self) -> None:
        """Reword forms before the first one is made: admin's are with its models."""
        reword()
        super().import_models()

    def ready(self) -> None:
        """Collect the navigation entries every app declares in its `nav.py`."""
        from xmsw.ui.navigation import check_entries

        autodiscover_modules("nav")
        checks.register(check_entries, checks.Tags.urls)
