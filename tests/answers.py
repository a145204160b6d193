"""What a page says."""


def read_body(response):
    return response.content.decode()
