"""Papers of processes through HTTP, in a folder and in an S3-compatible store: upload, download, preview, ranges, drafts, and
approving many at once."""

from gateway.identity.usecases.seed_people import UserSeed  # noqa: F401
