"""The page that shows what shares contacts, wording or papers with a listing."""

from safety.casework.listing_case import ListingCase
from safety.connections import case_graph as graph
from safety.connections import graph_drawing
from safety.moderation import desk_layout as frame


@frame.moderator_page(takes="read")
def show_listing_graph(request, pk):
    case = ListingCase().get_or_404(pk)
    found, shown = case.listing, case.shown
    around = graph.build_case_graph(found, shown)
    context = {
        "listing": found,
        "shown": shown,
        "others": around.nodes[1:],
        "left_out": around.left_out,
        "drawing": graph_drawing.draw_graph(around),
    }
    title = f"关联：{shown.title}"
    return frame.render_desk_page(
        request, "safety/connections/graph.html", "listings", title, **context
    )
