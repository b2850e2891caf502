from django.shortcuts import render

def method(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})
