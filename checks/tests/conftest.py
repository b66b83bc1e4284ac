"""What several tests of the command line share."""

import pytest

from ropespec.checks.cli import main


@pytest.fixture
def ropespec_command(capsys):
    """Run the command; return its code, what it printed, and its errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    return run
