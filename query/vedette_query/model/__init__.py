"""The expression tree: what a program means, able to print itself back."""
