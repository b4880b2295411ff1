from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "xmsw.workflow"
    label = "workflow"
    verbose_name = "办理流程"

    def ready(self) -> None:
        """Collect the flows every app declares in its `flows.py`."""
        from xmsw.workflow.registry import autodiscover

        autodiscover()
