from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TalentsConfig(AppConfig):
    name = "talents"
    label = "talents"
    verbose_name = "人才"

    def ready(self) -> None:
        autodiscover_modules("biography", "service_record")
