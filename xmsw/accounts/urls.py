"""Sign-in, sign-out, password, own account."""

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from xmsw.accounts import views
from xmsw.accounts.forms import SignInForm

app_name = "accounts"
urlpatterns = [
    path(
        "login/",
        auth.LoginView.as_view(template_name="accounts/login.html", authentication_form=SignInForm),
        name="login",
    ),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("profile/", views.profile, name="profile"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(
            template_name="accounts/password.html", success_url=reverse_lazy("accounts:profile")
        ),
        name="password",
    ),
]
