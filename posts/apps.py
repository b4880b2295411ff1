from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "posts"
    label = "posts"
    verbose_name = "单位与岗位"

    def ready(self) -> None:
        """Collect who knows the people in posts, and what apps ask of employers."""
        from posts import occupancy, todo

        occupancy.autodiscover()
        todo.autodiscover()
