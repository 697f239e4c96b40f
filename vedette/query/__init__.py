"""`vedette query`: a question from the terminal, and its answer as a chart, a table, or data for another program."""
