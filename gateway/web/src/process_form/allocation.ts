/** How a write-off joins receipts to bills: exact, in fen, as one types. Pure. (spec, payments.md, "Write-off") */
import { fenOf, ofFen } from "../format/figures";

/** One line of a write-off. The amount is what was typed, and need not be an amount yet. */
export interface Pair {
  receipt_id: string;
  bill_id: string;
  amount: string;
}

/** A line with what payments calls its receipt and its bill, once the process has been started. */
export interface NamedPair extends Pair {
  payer_name: string;
  bill_number: string;
}

/** What can be given, or taken: a receipt with its balance, a bill with what is outstanding; in fen. */
export interface Side {
  id: string;
  limit: bigint;
}

/** One side with what the pairs take of it; `left` is below zero where they take too much. */
export interface Tally {
  limit: bigint;
  taken: bigint;
  left: bigint;
}

export interface Tallies {
  receipts: Map<string, Tally>;
  bills: Map<string, Tally>;
  total: bigint;
  /** How many receipts and bills are taken more of than they have. */
  overCount: number;
  /** How many lines say something that is no amount above zero. */
  unreadCount: number;
}

/** So many lines a write-off has at most. */
export const PAIRS_MAX = 200;

/** What a bank's page or a sheet gives, as an amount: `¥1,234.50` and `１２３４．５` as `1234.50` and `1234.5`. */
export function typedAmount(text: string): string {
  return text.normalize("NFKC").replace(/[,\s¥]/g, "");
}

/** @returns null for what is no amount above zero with at most two places. */
export function amountOf(text: string): bigint | null {
  const fen = fenOf(text);
  return fen === null || fen <= 0n ? null : fen;
}

function tallyOf(sides: Side[]): Map<string, Tally> {
  return new Map(sides.map(({ id, limit }) => [id, { limit, taken: 0n, left: limit }]));
}

function take(tallies: Map<string, Tally>, id: string, amount: bigint): void {
  const tally = tallies.get(id);
  if (tally !== undefined) {
    tally.taken += amount;
    tally.left -= amount;
  }
}

/** What the pairs take of each receipt and each bill, and all in all. */
export function tally(pairs: Pair[], receipts: Side[], bills: Side[]): Tallies {
  const ofReceipts = tallyOf(receipts);
  const ofBills = tallyOf(bills);
  let total = 0n;
  let unreadCount = 0;
  for (const { receipt_id, bill_id, amount } of pairs) {
    const fen = amountOf(amount);
    if (fen === null) {
      unreadCount += 1;
      continue;
    }
    total += fen;
    take(ofReceipts, receipt_id, fen);
    take(ofBills, bill_id, fen);
  }
  const overCount = [...ofReceipts.values(), ...ofBills.values()].filter(({ left }) => left < 0n).length;
  return { receipts: ofReceipts, bills: ofBills, total, overCount, unreadCount };
}

/** The pairs with this amount for these two; without them where it is empty. */
export function withAmount(pairs: Pair[], receiptId: string, billId: string, amount: string): Pair[] {
  const others = pairs.filter((pair) => pair.receipt_id !== receiptId || pair.bill_id !== billId);
  if (amount === "") {
    return others;
  }
  const changed = { receipt_id: receiptId, bill_id: billId, amount };
  const at = pairs.findIndex((pair) => pair.receipt_id === receiptId && pair.bill_id === billId);
  return at < 0 ? [...pairs, changed] : pairs.with(at, changed);
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);

/**
 * Give to each bill what it still lacks, from the first receipt on, which goes on to the next bill while anything of it is left.
 * What the pairs say already stays as it is.
 *
 * @param receipts the oldest first.
 * @param bills what is due first on top.
 */
export function allocateOldestFirst(receipts: Side[], bills: Side[], pairs: Pair[] = []): Pair[] {
  const { receipts: given, bills: taken } = tally(pairs, receipts, bills);
  let allocated = pairs;
  for (const bill of bills) {
    for (const receipt of receipts) {
      const free = given.get(receipt.id)?.left ?? 0n;
      const open = taken.get(bill.id)?.left ?? 0n;
      const amount = least(free, open);
      const before = allocated.find((pair) => pair.receipt_id === receipt.id && pair.bill_id === bill.id);
      if (amount <= 0n || (before === undefined && allocated.length >= PAIRS_MAX)) {
        continue;
      }
      const whole = amount + (amountOf(before?.amount ?? "") ?? 0n);
      allocated = withAmount(allocated, receipt.id, bill.id, ofFen(whole));
      take(given, receipt.id, amount);
      take(taken, bill.id, amount);
    }
  }
  return allocated;
}

/** The most that a receipt can give to a bill, besides what the other pairs take. */
export function mostFor(pairs: Pair[], receipt: Side, bill: Side): bigint {
  const { receipts, bills } = tally(withAmount(pairs, receipt.id, bill.id, ""), [receipt], [bill]);
  const most = least(receipts.get(receipt.id)?.left ?? 0n, bills.get(bill.id)?.left ?? 0n);
  return most > 0n ? most : 0n;
}

/** The sides with what these pairs hold of them given back: of a write-off that came back, its own. */
export function withHeld<Of extends Side>(sides: Of[], held: Pair[], of: "receipt_id" | "bill_id"): Of[] {
  const own = new Map<string, bigint>();
  for (const pair of held) {
    own.set(pair[of], (own.get(pair[of]) ?? 0n) + (amountOf(pair.amount) ?? 0n));
  }
  return sides.map((side) => ({ ...side, limit: side.limit + (own.get(side.id) ?? 0n) }));
}
