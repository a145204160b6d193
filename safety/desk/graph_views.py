"""The page that shows what shares contacts, wording or papers with a listing."""

from django.views.decorators.http import require_safe

from listings.models import Listing
from safety.desk import flow, frame, graph, graph_drawing, listing_desk


@require_safe
@frame.desk
def listing(request, pk):
    rows = Listing.objects.select_related("employer")
    found = flow.found_or_404(rows, pk, "没有这条兼职。")
    shown = listing_desk.text_at_issue(found) or found
    around = graph.of(found, shown)
    context = {
        "listing": found,
        "shown": shown,
        "others": around.nodes[1:],
        "left_out": around.left_out,
        "drawing": graph_drawing.draw(around),
    }
    title = f"关联：{shown.title}"
    return frame.page(request, "admin/desk/graph.html", "listings", title, **context)
