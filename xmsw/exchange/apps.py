from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "xmsw.exchange"
    label = "exchange"
    verbose_name = "数据交换"

    def ready(self) -> None:
        from xmsw.exchange.kinds import autodiscover

        autodiscover()
