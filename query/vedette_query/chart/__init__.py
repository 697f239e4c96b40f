"""Charts: an answer becomes axes, lines and legends (`plan`), and those become a picture or a document."""
