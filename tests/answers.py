"""What a page says."""


def read_body(response):
    return response.content.decode()


def get_page_text(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return read_body(response)
