"""How well is what people write understood? Labelled requests, and how they are counted."""
