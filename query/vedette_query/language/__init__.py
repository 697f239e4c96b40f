"""The stack language itself: tokens, words, vocabularies, and the interpreter, which knows no word by name."""
