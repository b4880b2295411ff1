from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "xmsw.ui"
    label = "ui"
    verbose_name = "界面"
