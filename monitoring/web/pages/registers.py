from django.shortcuts import render

def registers(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def register(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def feedback(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})
