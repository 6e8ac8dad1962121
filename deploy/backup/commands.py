"""``l2c backup`` and ``l2c restore``.

As :mod:`deploy.cli`, it loads nothing at import that must come after :func:`deploy.launcher.make_green`.
"""

from pathlib import Path

import click

from deploy import launcher
from deploy.command import settings_of_running, settings_of_stopped


@click.command()
@click.argument("to", type=click.Path(path_type=Path))
@click.pass_obj
def backup(var: Path, to: Path) -> None:
    """Back up a running system, at one moment of all its databases, into a new folder or a new file whose name ends in .tar."""
    settings = settings_of_running(var)
    from deploy.backup.archive import ArchiveExists, packing
    from deploy.backup.moment import NoMoment
    from deploy.backup.programs import ProgramFailed, ProgramMissing
    from deploy.backup.save import FolderNotEmpty, save

    try:
        with packing(to) as folder:
            save(settings, folder, click.echo)
        click.echo(to)
    except (ArchiveExists, FolderNotEmpty, NoMoment, ProgramMissing, ProgramFailed) as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.argument("source", metavar="FROM", type=click.Path(exists=True, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Give up the system that is there.")
@click.pass_obj
def restore(var: Path, source: Path, overwrite: bool) -> None:
    """Bring a system back from a backup. Its servers run, and nothing else of it; an embedded one does not run."""
    launcher.make_green()
    from deploy.backup.archive import unpacked
    from deploy.backup.bus import BusInUse
    from deploy.backup.contents import BackupDamaged
    from deploy.backup.programs import ProgramFailed, ProgramMissing
    from deploy.backup.restore import RestoreRefused
    from deploy.backup.restore import restore as restore_system

    try:
        with settings_of_stopped(var) as settings, unpacked(source) as folder:
            restore_system(settings, folder, click.echo, overwrite=overwrite)
    except (BackupDamaged, RestoreRefused, BusInUse, ProgramMissing, ProgramFailed) as error:
        raise click.ClickException(str(error)) from error
