"""Programs that run in the sandbox, next to generated code. Their results are only claims."""
