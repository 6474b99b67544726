"""Loading session.yaml: roles, states and numbers resolved, sentences completed, the whole checked."""
