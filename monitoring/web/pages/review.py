from django.shortcuts import render

def review(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def judgements(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})
