"""What is tried on the program until something falls: each module prints what it tried and what fell."""
