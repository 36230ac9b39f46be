"""Run every benchmark: `make bench`."""

from scripts.bench import client, drift, keys, pipeline, runs
from scripts.support.progress import Terminal


def main() -> None:
    """Print every report, each as soon as it is measured."""
    progress = Terminal()
    parts = {"pipeline": pipeline, "client": client, "keys": keys, "runs": runs, "drift": drift}
    for name, part in parts.items():
        progress.update(f"bench: measuring the {name} ...")
        for line in part.lines():
            progress.clear()
            print(line, flush=True)
            progress.update(f"bench: measuring the {name} ...")
    progress.clear()


if __name__ == "__main__":
    main()
