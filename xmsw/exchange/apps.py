from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "xmsw.exchange"
    label = "exchange"
    verbose_name = "数据交换"
