"""Sign-in, sign-out, password, own account."""

from django.contrib.auth import views as auth
from django.urls import path

from xmsw.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("register/", views.sign_up, name="register"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("units/", views.units, name="units"),
    path("profile/", views.profile, name="profile"),
    path("password/", views.PasswordChange.as_view(), name="password"),
]
