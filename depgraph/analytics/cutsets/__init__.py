"""What falls only together: minimal cut sets, pairs, and the importance of each unit, exactly."""
