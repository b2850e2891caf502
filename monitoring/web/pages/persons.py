from django.shortcuts import render

def persons(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def find(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def save_view(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def download(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})
