"""What the measures stand on: units and scopes, who owns, provides and supplies what, weights, links."""
