"""Whether an alert fits the place and the fraud type of a subscription."""

from collections.abc import Iterable

from cities.directory.regions import get_region_ancestors, require_region
from news.models import AlertSubscription, Article, ArticleRegion


class AlertPlaces:
    """The places of some alerts, which need `place_codes`."""

    def __init__(self, alerts: Iterable[Article]) -> None:
        places = ArticleRegion.objects.filter(article__in=list(alerts))
        self._places = set(places.values_list("article_id", "region_id"))

    def fits(self, alert: Article, row: AlertSubscription) -> bool:
        return self.is_about(alert, row.region_id, row.fraud_type)

    def is_about(self, alert: Article, region: int | None, fraud_type: str) -> bool:
        """Whether the alert has the type, and names a place in the region or around it, or is national."""
        is_of_type = fraud_type in ("", alert.fraud_type)
        return is_of_type and (region is None or self._concerns(alert, region))

    def _concerns(self, alert: Article, code: int) -> bool:
        place, *wider = get_region_ancestors(require_region(code))  # one in use
        if alert.national or (alert.pk, place.adcode) in self._places:
            return True
        return any(place.adcode in alert.place_codes for place in wider)
