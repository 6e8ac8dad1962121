/** The list that a record was opened from: so that one goes on to the next without going back. */

interface Trail {
  /** The list's own address. */
  list: string;
  addresses: string[];
}

const KEPT_AS = "l2c.trail";

export function keepTrail(trail: Trail): void {
  sessionStorage.setItem(KEPT_AS, JSON.stringify(trail));
}

export interface Neighbours {
  list: string;
  previous: string | undefined;
  next: string | undefined;
  /** From 1. */
  index: number;
  total: number;
}

/** @returns undefined for a record that was not opened from a list. */
export function neighboursOf(path: string): Neighbours | undefined {
  const kept = sessionStorage.getItem(KEPT_AS);
  if (kept === null) {
    return undefined;
  }
  const { list, addresses } = JSON.parse(kept) as Trail;
  const at = addresses.findIndex((address) => address.split("?")[0] === path);
  if (at < 0) {
    return undefined;
  }
  return { list, previous: addresses[at - 1], next: addresses[at + 1], index: at + 1, total: addresses.length };
}

/**
 * Take a record that is done with out of the list that it was opened from.
 *
 * @param isOf whether it is a list that one works off.
 * @returns the record that comes next there, or else the one before.
 */
export function passOn(path: string, isOf: (list: string) => boolean): string | undefined {
  const neighbours = neighboursOf(path);
  const kept = sessionStorage.getItem(KEPT_AS);
  if (neighbours === undefined || kept === null || !isOf(neighbours.list)) {
    return undefined;
  }
  const { list, addresses } = JSON.parse(kept) as Trail;
  keepTrail({ list, addresses: addresses.filter((address) => address.split("?")[0] !== path) });
  return neighbours.next ?? neighbours.previous;
}
