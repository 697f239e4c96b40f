"""The sidecar: a daemon beside services of any language, which speaks as spectatord does."""
