"""The page that shows what shares contacts, wording or papers with a listing."""

from safety.casework.listing_case import ListingCase
from safety.connections.case_graph import build_case_graph
from safety.connections.graph_drawing import draw_graph
from safety.moderation.desk_layout import moderator_page, render_desk_page


@moderator_page(takes="read")
def show_listing_graph(request, pk):
    case = ListingCase().get_or_404(pk)
    found, shown = case.listing, case.shown
    around = build_case_graph(found, shown)
    context = {
        "listing": found,
        "shown": shown,
        "others": around.nodes[1:],
        "left_out": around.left_out,
        "drawing": draw_graph(around),
    }
    title = f"关联：{shown.title}"
    return render_desk_page(request, "safety/connections/graph.html", "listings", title, **context)
