"""Who asks, and what he may ask: access keys, roles, and the gate that every request passes."""
