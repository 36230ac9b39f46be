"""Run every benchmark: `make bench`."""

from scripts.bench import client, drift, pipeline


def main() -> None:
    """Print every report, each as soon as it is measured."""
    for part in (pipeline, client, drift):
        for line in part.lines():
            print(line, flush=True)


if __name__ == "__main__":
    main()
