"""What becomes of a plan that stands when somebody says more? Everything about follow-ups."""
