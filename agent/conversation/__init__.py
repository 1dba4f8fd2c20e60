"""How does a chat go on? A state machine: a message in, what is to be told out. No terminal."""
