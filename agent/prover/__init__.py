"""The warm process that jobs are forked from. It runs beside the agent, never inside it."""
