"""Views, and the parts that several outputs share: cards, facets, months, channels, addresses, menus, maps."""
