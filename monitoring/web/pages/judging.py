from django.shortcuts import render

def take(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def pair(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def judge(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def release(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def told(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})

def undo(request, **named):
    return render(request, "error_in_page.html", {"title": "stub", "said": ""})
