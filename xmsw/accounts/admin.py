"""Accounts, for system administrators: who may sign in, as what, for which unit. Nothing else of the portal."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from xmsw.accounts.models import LEADS, Bureau, LoginFailure, OrgUnit, User
from xmsw.accounts.roles import Capability, Role
from xmsw.accounts.scope import OFFICERS

admin.site.site_header = admin.site.site_title = "厦门社工岗位 · 系统管理"
admin.site.index_title = "账号"
admin.site.unregister(Group)  # a role declares what it may do (roles.py); groups would say it twice


def _needs_unit(form: Any) -> None:
    """What the database holds of officers and their units, as a sentence at its field."""
    role, unit = form.cleaned_data.get("role"), form.cleaned_data.get("org_unit")
    if role in OFFICERS and not unit:
        form.add_error("org_unit", "干部账号要选所在机构：看得到哪些单位由它决定。")
    if role in LEADS and unit and unit.bureau != Bureau.CIVIL_AFFAIRS:
        form.add_error("org_unit", "民政干部要选民政部门；其他部门的干部，角色选「部门条线干部」。")


class NewAccount(AdminUserCreationForm):
    """A new account with its first password."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _needs_unit(self)
        return cleaned


class Account(UserChangeForm):
    """An account that exists."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _needs_unit(self)
        return cleaned


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Permitted by the capability, not by Django's permissions. Accounts are switched off, never deleted."""

    form, add_form = Account, NewAccount
    list_display = ("username", "display_name", "role", "org_unit", "is_active", "last_login")
    list_filter = ("role", "is_active", "org_unit__bureau")
    list_select_related = ("org_unit",)
    search_fields = ("username", "display_name")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    autocomplete_fields = ("org_unit",)
    _WHO = ("display_name", "role", "org_unit")
    fieldsets = (
        (None, {"fields": ("username", "password", *_WHO, "is_active")}),
        ("记录", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "password1", "password2", *_WHO)}),)
    actions = ("unlock",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """People alone: accounts of interface clients are kept on the clients' own pages."""
        return super().get_queryset(request).filter(is_service=False)

    @admin.action(description="解除登录限制（输错密码过多的账号）")
    def unlock(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        """Forget the failed sign-ins of the chosen accounts."""
        LoginFailure.objects.filter(username__in=rows.values("username")).delete()
        self.message_user(request, "已解除，现在可以登录。", messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Only system administrators enter this site."""
        obj.is_staff = obj.is_superuser or obj.role == Role.SYSTEM_ADMIN
        super().save_model(request, obj, form, change)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _permitted(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _permitted(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _permitted(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody takes over a superuser's account by setting its password."""
        return _permitted(request) and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(OrgUnit)
class OrgUnitAdmin(admin.ModelAdmin):
    """To be looked at and chosen from; units come from the reference data."""

    list_display = ("name", "bureau", "region", "valid_from", "valid_to")
    list_filter = ("bureau",)
    list_select_related = ("region",)
    search_fields = ("name", "short_name")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _permitted(request)

    def has_view_permission(self, request: HttpRequest, obj: OrgUnit | None = None) -> bool:
        return _permitted(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OrgUnit | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OrgUnit | None = None) -> bool:
        return False


def _permitted(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.can(Capability.MANAGE_ACCOUNTS)
