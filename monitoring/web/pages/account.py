"""Signing in and out, stating for what purpose one looks, and one's own password."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.web import audit
from monitoring.web.context import first_page
from monitoring.web.words import PURPOSES, language


class SignIn(LoginView):
    """The page where an account signs in."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True
    authentication_form = AuthenticationForm
    extra_context: ClassVar[dict[str, Any]] = {"has_sign_on": settings.SIGN_ON}


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view()


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Too many mistakes: the account is shut out for a quarter of an hour."""
    return render(request, "locked_out.html", status=429)


def first(request: HttpRequest) -> HttpResponse:
    """Go to the page where somebody with these rights begins."""
    return redirect(first_page(request.user))


class PurposeForm(forms.Form):
    """For what purpose somebody looks, this session."""

    purpose = forms.ChoiceField(label=gettext_lazy("What will you look for?"), widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["purpose"].choices = [(code, words[language()]) for code, words in PURPOSES.items()]


def purpose(request: HttpRequest) -> HttpResponse:
    """State a purpose; every line of the log of who saw what carries it."""
    form = PurposeForm(request.POST or None, initial={"purpose": request.session.get("purpose")})
    back = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "POST" and form.is_valid():
        request.session["purpose"] = form.cleaned_data["purpose"]
        audit.enter(request, "purpose_stated")
        is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return redirect(back if is_ours else reverse("first"))
    return render(request, "purpose.html", {"form": form, "next": back})


def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        # The page may change this column of an account and no other.
        form.save(commit=False).save(update_fields=["password"])
        update_session_auth_hash(request, form.user)
        audit.enter(request, "password_changed")
        messages.success(request, _("Your password has been changed."))
        return redirect("first")
    return render(request, "password.html", {"form": form})
