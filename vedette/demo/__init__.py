"""The demo: a small streaming company of real HTTP services in three regions, with load and faults to switch on."""
