"""Time as the language writes it: durations, dates, steps, and the window of a request."""
