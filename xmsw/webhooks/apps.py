from django.apps import AppConfig

MANAGE = "webhooks:manage"


class WebhooksConfig(AppConfig):
    name = "xmsw.webhooks"
    label = "webhooks"
    verbose_name = "变更通知"

    def ready(self) -> None:
        """Declare the one scope that all of it takes."""
        from xmsw.clients.scopes import register

        register(MANAGE, "订阅和管理", "变更通知（webhook）")
