"""How do agents talk with the service over a bus? Read ``running`` first, and docs/bus.md."""
