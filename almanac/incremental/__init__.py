"""Incremental computation: queries whose reads are recorded. It knows nothing about events and can be used alone.

A query is a pure function of a site: `@query def card(site, event_id): ...`, asked as `card(site, "moon-night")`. It
reads everything through `site`: other queries, and inputs, whose values come from outside. The graph records these
reads. When an input changes, `Graph.update` runs its readers again, lowest first; a query that returns an equal value
wakes none of its own readers (early cutoff). The store keeps values, digests and reads between processes.

Models: Salsa (https://salsa-rs.github.io/salsa/), Jane Street's Incremental (heights), and "Build Systems à la Carte"
(Mokhov, Mitchell and Peyton Jones, ICFP 2018: constructive traces).
"""

from almanac.incremental.graph import Circular, Graph
from almanac.incremental.queries import Asked, Codec, Input, Missing, Query, Source, Table, page, query, table
from almanac.incremental.store import Damaged, Store
from almanac.incremental.workers import run_all

__all__ = [
    "Asked",
    "Circular",
    "Codec",
    "Damaged",
    "Graph",
    "Input",
    "Missing",
    "Query",
    "Source",
    "Store",
    "Table",
    "page",
    "query",
    "run_all",
    "table",
]
