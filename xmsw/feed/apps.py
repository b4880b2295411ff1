from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import autodiscover_modules


class FeedConfig(AppConfig):
    name = "xmsw.feed"
    label = "feed"
    verbose_name = "变更日志"

    def ready(self) -> None:
        """Collect what every app declares in its `api.py`."""
        from xmsw.feed.sources import check_sources

        autodiscover_modules("api")
        checks.register(check_sources, checks.Tags.models)
