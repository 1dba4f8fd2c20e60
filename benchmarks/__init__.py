"""How fast is it? What the README says about speed, measured; nothing here passes or fails."""
