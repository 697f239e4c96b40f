"""The words, by theme. Each vocabulary stands on the one before."""
