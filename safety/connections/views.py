"""The page that shows what shares contacts, wording or papers with a listing."""

from typing import Any

from django.http import HttpResponse

from accounts.models import SignedInRequest
from accounts.staff.scope import get_in_scope_or_404
from listings.models import Listing
from safety.casework.listing_case import ListingCase
from safety.connections.case_graph import build_case_graph
from safety.connections.graph_drawing import draw_graph
from safety.moderation.desk_layout import moderator_page, render_desk_page


@moderator_page(takes="read")
def show_listing_graph(request: SignedInRequest, pk: int) -> HttpResponse:
    get_in_scope_or_404(Listing.objects.all(), request.user, pk, "region")
    case = ListingCase().get_or_404(pk)
    listing, shown = case.listing, case.shown
    graph = build_case_graph(listing, shown)
    context: dict[str, Any] = {
        "listing": listing,
        "shown": shown,
        "others": graph.nodes[1:],
        "left_out": graph.left_out,
        "drawing": draw_graph(graph),
    }
    title = f"关联：{shown.title}"
    return render_desk_page(request, "safety/connections/graph.html", "listings", title, **context)
