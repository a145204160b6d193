"""What the OpenAPI document and the pages say of webhooks: the events, the body, how a signature is checked."""

from typing import Any

from listings.models import WebhookDelivery
from listings.webhooks.events import MAX_WAITING
from listings.webhooks.sending import MAX_DELIVERY_TRIES

Event = WebhookDelivery.Event
WHEN = {
    Event.PUBLISHED: "第一次公开、修改通过、恢复公开",
    Event.REFUSED: "兼职或修改没有通过",
    Event.HELD: "先停下来核查",
    Event.REMOVED: "核实有问题，不再公开",
    Event.ENDED: "招满、撤回，或者最后一天过了",
    Event.REOPENED: "刚才的审核决定撤销了，或者申诉后再审，这条兼职或修改重新等审核",
    Event.APPLIED: "收到一份报名",
    Event.TEST: "在网页上按了“发一次试试”",
}
CHECK = (
    "按 Standard Webhooks 签名。密钥去掉 whsec_，按 Base64 解开；对“Webhook-Id.Webhook-Timestamp.正文”"
    "（正文是收到的原样字节）算 HMAC-SHA256，再按 Base64 写出，前面加“v1,”，"
    "和 Webhook-Signature 里用空格隔开的任意一个一样才可信。"
    "Webhook-Timestamp（秒）和现在差五分钟以上的不要收。Webhook-Id 相同的是同一个事件，重发时不变。"
)
RETRIES = (
    f"十秒内回答 2xx 就算送到，不跟着转到别处。没送到的，一天内一共试 {MAX_DELIVERY_TRIES} 次；回答 410 就停用。"
    f"先后顺序不保证；一家单位最多 {MAX_WAITING} 个在等，多出来的不再发。"
)
_HEADERS = {
    "Webhook-Id": "事件的编号，重发时不变",
    "Webhook-Timestamp": "发出的时间，1970 年以来的秒数",
    "Webhook-Signature": "v1, 加签名",
}


def list_webhook_events() -> list[dict[str, str]]:
    return [{"type": event.value, "label": event.label, "when": WHEN[event]} for event in Event]


def build_webhook_document() -> dict[str, Any]:
    """Return the `webhooks` of the OpenAPI document."""
    return {event.value: {"post": _describe_event(event)} for event in Event}


def _describe_event(event: WebhookDelivery.Event) -> dict[str, Any]:
    return {
        "summary": event.label,
        "description": f"{WHEN[event]}。{CHECK}{RETRIES}",
        "security": [],
        "parameters": [
            {
                "in": "header",
                "name": name,
                "required": True,
                "description": words,
                "schema": {"type": "string"},
            }
            for name, words in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _build_schema(event)}},
        },
        "responses": {"2XX": {"description": "收到了"}},
    }


def _build_schema(event: WebhookDelivery.Event) -> dict[str, Any]:
    data_properties: dict[str, Any] = {}
    if event != Event.TEST:
        data_properties["listing_id"] = {"type": "integer", "description": "兼职的编号"}
        data_properties["url"] = {
            "type": "string",
            "format": "uri",
            "description": "用接口读这条兼职的地址",
        }
    if event == Event.APPLIED:
        data_properties["application_id"] = {"type": "integer", "description": "报名的编号"}
    return {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"type": "string", "const": event.value},
            "timestamp": {"type": "string", "format": "date-time", "description": "事件的时间"},
            "data": {
                "type": "object",
                "required": [*data_properties],
                "properties": data_properties,
            },
        },
    }
