"""Speed, memory and size: medians, and ratios of things measured in turn in one run."""
