"""Registers of information made up from a seed: a sector that breaks no rule, and packages that each break one."""
