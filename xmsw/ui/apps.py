from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    name = "xmsw.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        autodiscover_modules("nav")
