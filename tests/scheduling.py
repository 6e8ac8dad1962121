"""Which tests one xdist worker runs one after the other: a module's, and those of a folder whose modules share a system."""

from typing import Final

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # xdist tells nothing of its types

SHARING_A_SYSTEM: Final = ("tests/e2e/distributed",)


class BySharedSystem(LoadScopeScheduling):  # type: ignore[misc]  # as above
    """As ``--dist=loadscope``, but for those folders."""

    def _split_scope(self, nodeid: str) -> str:
        for folder in SHARING_A_SYSTEM:
            if nodeid.startswith(f"{folder}/"):
                return folder
        return str(super()._split_scope(nodeid))
