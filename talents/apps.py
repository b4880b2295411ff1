from django.apps import AppConfig


class TalentsConfig(AppConfig):
    name = "talents"
    label = "talents"
    verbose_name = "人才"
