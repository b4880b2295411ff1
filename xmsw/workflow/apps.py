from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "xmsw.workflow"
    label = "workflow"
    verbose_name = "办理流程"
