from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "xmsw.accounts"
    label = "accounts"
    verbose_name = "账号与机构"
