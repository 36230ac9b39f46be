"""How a call runs: checked, paced, sent, judged, followed. Nothing here is public."""
