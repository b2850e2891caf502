from django.shortcuts import render

def nights(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def night(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})
