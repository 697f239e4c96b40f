"""From an expression to lines: plan what to read, read it, then compute without any I/O."""
