"""One line per check, counted."""


class Checks:
    """Prints `ok …` or `FAIL …` lines, each behind a name of what is being checked."""

    def __init__(self):
        self.passed = self.failed = 0
        self.subject = ""

    def check(self, name, passed, detail=""):
        line = " ".join(filter(None, (self.subject, name)))
        if passed:
            self.passed += 1
            print(f"ok   {line}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL {line}: {detail}", flush=True)

    def attempt(self, name, function, *arguments):
        """Runs checks that may break halfway: an exception is one more failure."""
        try:
            return function(*arguments)
        except Exception as error:  # whatever a damaged folder makes Python raise
            self.check(name, False, f"{type(error).__name__}: {error}")

    def finish(self):
        """Prints the last line; the exit code."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
