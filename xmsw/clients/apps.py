from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "xmsw.clients"
    label = "clients"
    verbose_name = "接口客户端"

    def ready(self) -> None:
        """Learn who the employers are, from whoever keeps them (`client_holders.py` of an app)."""
        from xmsw.clients.holders import autodiscover

        autodiscover()
