"""Views, and what several outputs share: cards, facets, months, channels, addresses, menus, maps."""
