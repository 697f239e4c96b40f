"""Hooks: what is changed in a library, right after it was imported, so that its calls are measured.

Each module is imported with the library it is for. Its functions take the module that was imported, and a function that
tells the agent which the calls belong to at the time, None for none.
"""
