from django.shortcuts import render

def audit_log(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def download(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})
