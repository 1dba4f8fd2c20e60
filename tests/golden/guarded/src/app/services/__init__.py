"""Business rules: one service for each kind of resource."""
