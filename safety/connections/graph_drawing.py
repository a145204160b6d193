"""Draws a graph in rings: the case in the middle, then what is one step away, then two.

It uses SVG attributes only, because the page allows no inline styles. A table beside it says the same in words.
"""

import math
from dataclasses import dataclass
from typing import Any

from safety.connections.case_graph import CaseGraph, GraphNode

NODE_RADIUS = 15
NEIGHBOUR_DISTANCE = 36  # middles of neighbours on a ring
RING, NEXT_RING = 84, 72
NODE_MARGIN = 6


@dataclass(frozen=True)
class NodeSpot:
    node: GraphNode
    x: float
    y: float

    @property
    def left(self) -> float:
        return round(self.x - NODE_RADIUS, 1)

    @property
    def top(self) -> float:
        return round(self.y - NODE_RADIUS, 1)


def draw_graph(graph: CaseGraph) -> dict[str, Any]:
    """Return the view box, the radius, the spots of the nodes and the lines between them."""
    inner = [node for node in graph.nodes if node.step == 1]
    children: dict[int, list[GraphNode]] = {}
    for node in graph.nodes:
        if node.step == 2:
            parent = node.parent or inner[0]
            children.setdefault(parent.number, []).append(node)
    leaves = sum(max(1, len(children.get(node.number, []))) for node in inner)
    first = max(RING, leaves * NEIGHBOUR_DISTANCE / math.tau)
    second = first + NEXT_RING
    spots, at = [NodeSpot(graph.nodes[0], 0, 0)], 0.0
    for node in inner:
        node_children = children.get(node.number, [])
        spots.append(_place_node(node, first, at + max(1, len(node_children)) / 2, leaves))
        for place, child in enumerate(node_children):
            spots.append(_place_node(child, second, at + place + 0.5, leaves))
        at += max(1, len(node_children))
    where = {spot.node.number: spot for spot in spots}
    lines = [_build_line(where[a.number], where[b.number], sort) for a, b, sort in graph.links]
    return {"box": _compute_box(spots), "radius": NODE_RADIUS, "spots": spots, "lines": lines}


def _compute_box(spots: list[NodeSpot]) -> tuple[int, ...]:
    """Return (left, top, width, height) around all spots."""
    edge = NODE_RADIUS + NODE_MARGIN
    left, top = min(spot.x for spot in spots) - edge, min(spot.y for spot in spots) - edge
    width = max(spot.x for spot in spots) + edge - left
    return tuple(map(round, (left, top, width, max(spot.y for spot in spots) + edge - top)))


def _place_node(node: GraphNode, radius: float, place: float, leaves: int) -> NodeSpot:
    angle = math.tau * place / leaves - math.pi / 2
    return NodeSpot(node, round(radius * math.cos(angle), 1), round(radius * math.sin(angle), 1))


def _build_line(a: NodeSpot, b: NodeSpot, sort: str) -> dict[str, float | str]:
    return {"x1": a.x, "y1": a.y, "x2": b.x, "y2": b.y, "sort": sort}
