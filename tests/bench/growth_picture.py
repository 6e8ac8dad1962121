"""Curves of growth in one picture: how many times as long, for how many times as much."""

import math
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure


@dataclass(frozen=True)
class Curve:
    """What was measured at several sizes.

    :param unit: of what it took.
    :param of: what there was more and more of.
    :param took: by how many of it; the fewest first.
    """

    what: str
    unit: str
    of: str
    took: dict[int, float]

    @property
    def exponent(self) -> float:
        """Of the power of the size that it grows with, from the least to the most: 0 not at all, 1 in proportion."""
        sizes, took = list(self.took), list(self.took.values())
        return math.log(took[-1] / took[0]) / math.log(sizes[-1] / sizes[0])


def draw(curves: list[Curve], file: Path) -> None:
    """Draw all on scales of powers, with what grows in proportion as a dashed line."""
    mpl.rcParams["svg.hashsalt"] = "growth"  # the same figures make the same file
    figure = Figure(figsize=(9, 5.5), layout="constrained")
    axes = figure.add_subplot()
    for curve in curves:
        sizes, took = list(curve.took), list(curve.took.values())
        label = f"{curve.what}: {took[-1]:,.3g} {curve.unit} at {sizes[-1]:,} {curve.of}"
        axes.plot([size / sizes[0] for size in sizes], [each / took[0] for each in took], marker="o", label=label)
    axes.plot([1, 16], [1, 16], linestyle="--", color="grey", label="in proportion")
    axes.set(xscale="log", yscale="log", xlabel="times as much", ylabel="times as long")
    axes.set_xticks([1, 4, 16], ["x1", "x4", "x16"])
    axes.set_yticks([1, 4, 16], ["x1", "x4", "x16"])
    axes.minorticks_off()
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(file, metadata={"Date": None})
