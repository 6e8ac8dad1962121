"""The whole examination, one look after the other. Imported in green processes only."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from deploy.answer import Answer
from deploy.doctor.brokers import of_brokers
from deploy.doctor.chosen import of_settings, of_tracing
from deploy.doctor.databases import of_databases
from deploy.doctor.finding import Finding, Severity, broken, worst
from deploy.doctor.host import of_console, of_files, of_limits, of_processes
from services.kit.settings import Settings, SettingsError

_LOOKS: Final[tuple[Callable[[Settings], Iterator[Finding]], ...]] = (
    of_settings,
    lambda _settings: of_tracing(),
    of_databases,
    of_brokers,
    of_files,
    of_console,
    of_limits,
    of_processes,
)


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything that is not as it should be, as it is found."""
    for look in _LOOKS:
        try:
            yield from look(settings)
        except SettingsError as error:  # a password's file that is read when it is needed
            yield broken(
                "settings", str(error), "Whoever needs it does not start.", "Set what is named; the README lists every setting."
            )
        except Exception as error:  # one look that fails keeps nobody from the others
            what = f"could not be examined: {type(error).__name__}: {error}"
            yield broken("this command", what, "What it looks at may be right or wrong.", "Tell us: it is a fault of ours.")


def report(findings: list[Finding]) -> Answer:
    """As the command says it: the worst first; the exit status is 0 without faults, 1 for what is wrong, 2 for what is broken."""
    ordered = sorted(findings, key=lambda finding: -finding.severity)
    counts = Counter(finding.severity for finding in findings)
    total = ", ".join(f"{counts[severity]} {severity.name.lower()}" for severity in reversed(Severity))
    return Answer([*(line for finding in ordered for line in finding.lines()), total], status=int(worst(findings)))
