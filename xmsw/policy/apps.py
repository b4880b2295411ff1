from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "xmsw.policy"
    label = "policy"
    verbose_name = "政策与规则"

    def ready(self) -> None:
        from xmsw.policy.rules import autodiscover

        autodiscover()
