"""What somebody pastes on the page for employers, and the buttons of the page that follows."""

import re

PAGE = "/employers/post/"
POST = """招周末发传单的，乾州万达一楼。周六周日下午2点到6点，20一小时，当天结，招4个人。
主要是发试饮券，介绍新口味，带人到店里。能站得住，学生也行。打 13800000031 找小田"""


def post_pasted_text(client, text=POST, address="/xiangxi/employers/"):
    return client.post(address, {"text": text}, follow=True)


def read_form(response):
    """What a browser would send back of the page's form."""
    form = response.context["form"]
    data = {"token": response.context["draft"].token}
    for field in form:
        value = field.value()
        if value not in (None, ""):
            data[field.name] = value
    return data


def press_button(client, response, go, **changed):
    return client.post(PAGE, read_form(response) | changed | {"go": go})


def get_field_message(response, key):
    html = response.content.decode()
    return re.sub("<[^>]+>", "", html[html.index(f'id="says-{key}"') :].partition("</div>")[0])
