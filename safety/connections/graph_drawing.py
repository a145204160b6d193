"""Draws a graph in rings: the case in the middle, what is one step away, what is two.

Attributes only, since the page takes no inline styles; the same stands beside it as a table.
"""

import math
from dataclasses import dataclass

from safety.connections.case_graph import CaseGraph, GraphNode

RADIUS = 15
BETWEEN = 36  # middles of neighbours on a ring
RING, NEXT_RING = 84, 72
MARGIN = 6


@dataclass(frozen=True)
class NodeSpot:
    node: GraphNode
    x: float
    y: float

    @property
    def left(self):
        return round(self.x - RADIUS, 1)

    @property
    def top(self):
        return round(self.y - RADIUS, 1)


def draw_graph(graph: CaseGraph) -> dict:
    """What the template draws: a box, the spots of the nodes, the lines between them."""
    inner = [node for node in graph.nodes if node.step == 1]
    children: dict[int, list[GraphNode]] = {}
    for node in graph.nodes:
        if node.step == 2:
            parent = node.parent or inner[0]
            children.setdefault(parent.number, []).append(node)
    leaves = sum(max(1, len(children.get(node.number, []))) for node in inner)
    first = max(RING, leaves * BETWEEN / math.tau)
    second = first + NEXT_RING
    spots, at = [NodeSpot(graph.nodes[0], 0, 0)], 0.0
    for node in inner:
        own = children.get(node.number, [])
        spots.append(_spot(node, first, at + max(1, len(own)) / 2, leaves))
        for place, child in enumerate(own):
            spots.append(_spot(child, second, at + place + 0.5, leaves))
        at += max(1, len(own))
    where = {spot.node.number: spot for spot in spots}
    lines = [
        _line(where[one.number], where[other.number], sort) for one, other, sort in graph.links
    ]
    return {"box": _box(spots), "radius": RADIUS, "spots": spots, "lines": lines}


def _box(spots):
    """Around all that is drawn: (left, top, width, height)."""
    edge = RADIUS + MARGIN
    left, top = min(spot.x for spot in spots) - edge, min(spot.y for spot in spots) - edge
    width = max(spot.x for spot in spots) + edge - left
    return tuple(map(round, (left, top, width, max(spot.y for spot in spots) + edge - top)))


def _spot(node, radius, place, leaves):
    angle = math.tau * place / leaves - math.pi / 2
    return NodeSpot(node, round(radius * math.cos(angle), 1), round(radius * math.sin(angle), 1))


def _line(one, other, sort):
    return {"x1": one.x, "y1": one.y, "x2": other.x, "y2": other.y, "sort": sort}
