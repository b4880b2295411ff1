from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "xmsw.audit"
    label = "audit"
    verbose_name = "留痕与审计"
