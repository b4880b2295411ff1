from django.apps import AppConfig

from .migrating import spare_rebuilding


class RuntimeConfig(AppConfig):
    name = "xmsw.runtime"
    label = "runtime"
    verbose_name = "运行环境"

    def ready(self) -> None:
        spare_rebuilding()
