def remembered(request):
    return None


def suggested(request):
    return None
