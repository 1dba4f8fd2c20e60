"""How does a request become an answer that outlives the process? Read ``service`` first."""
