"""What a register of information means: its rows become parties, functions, services, places, and who needs whom."""
