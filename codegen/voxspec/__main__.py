"""The entry point of the ``voxspec`` command, which says what to install when an extra is missing."""

import sys

from voxspec.exit_codes import INTERRUPTED


def main() -> int:
    """Run the command; returns its exit code, 2 when a package of the extra is missing."""
    try:
        from voxspec.cli import main as command
    except KeyboardInterrupt:  # what is needed takes a while to be read
        return INTERRUPTED
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "voxspec":
            raise
        print(
            f"voxspec: {error.name} is not installed; install the extra: vox-protocol[spec]",
            file=sys.stderr,
        )
        return 2
    return command()


if __name__ == "__main__":
    sys.exit(main())
