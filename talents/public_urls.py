"""Pages open to everybody."""

from django.urls import path

from talents.views import publicity

app_name = "stories"
urlpatterns = [
    path("", publicity.public_stories, name="list"),
    path("<int:pk>/", publicity.public_story, name="story"),
    path("<int:pk>/photo/", publicity.public_photo, name="photo"),
]
