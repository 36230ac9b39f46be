"""Not installed, for who has this folder on the path: the command line of httpx needs it."""

raise ImportError("click is hidden from this process")
