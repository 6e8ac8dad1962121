import { describe, expect, it } from "vitest";
import {
  allocateOldestFirst,
  amountOf,
  mostFor,
  type Pair,
  tally,
  typedAmount,
  withAmount,
  withHeld,
} from "./allocation";

const side = (id: string, yuan: number) => ({ id, limit: BigInt(Math.round(yuan * 100)) });
const pair = (receipt_id: string, bill_id: string, amount: string): Pair => ({ receipt_id, bill_id, amount });

describe("tally", () => {
  it("adds up to the fen what floats do not", () => {
    const pairs = [pair("r", "a", "0.10"), pair("r", "b", "0.20")];
    const { receipts, total } = tally(pairs, [side("r", 0.3)], [side("a", 1), side("b", 1)]);
    expect(total).toBe(30n);
    expect(receipts.get("r")).toEqual({ limit: 30n, taken: 30n, left: 0n });
  });

  it("says by how much a receipt and a bill are taken too much of", () => {
    const pairs = [pair("r", "a", "60"), pair("r", "b", "50.01")];
    const tallies = tally(pairs, [side("r", 100)], [side("a", 59.99), side("b", 60)]);
    expect(tallies.receipts.get("r")?.left).toBe(-1001n);
    expect(tallies.bills.get("a")?.left).toBe(-1n);
    expect(tallies.bills.get("b")?.left).toBe(999n);
    expect(tallies.overCount).toBe(2);
  });

  it("counts lines that say no amount, and adds nothing for them", () => {
    const pairs = [pair("r", "a", "12.345"), pair("r", "b", "-1"), pair("r", "c", "0"), pair("r", "d", "7")];
    const { total, unreadCount } = tally(pairs, [side("r", 100)], []);
    expect(unreadCount).toBe(3);
    expect(total).toBe(700n);
  });

  it("keeps amounts that no double holds", () => {
    const pairs = [pair("r", "a", "999999999999.99"), pair("s", "a", "0.01")];
    expect(tally(pairs, [], []).total).toBe(100_000_000_000_000n);
  });
});

describe("allocateOldestFirst", () => {
  const receipts = [side("march", 100), side("april", 50)];
  const bills = [side("january", 30), side("february", 90), side("march", 60)];

  it("gives to the bill that is due first, and joins receipts where one is not enough", () => {
    expect(allocateOldestFirst(receipts, bills)).toEqual([
      pair("march", "january", "30.00"),
      pair("march", "february", "70.00"),
      pair("april", "february", "20.00"),
      pair("april", "march", "30.00"),
    ]);
  });

  it("leaves what was typed, and goes on from there", () => {
    const typed = [pair("april", "january", "10")];
    expect(allocateOldestFirst(receipts, bills, typed)).toEqual([
      pair("april", "january", "10"),
      pair("march", "january", "20.00"),
      pair("march", "february", "80.00"),
      pair("april", "february", "10.00"),
      pair("april", "march", "30.00"),
    ]);
  });

  it("adds to a pair that has something already", () => {
    expect(allocateOldestFirst([side("r", 100)], [side("a", 40)], [pair("r", "a", "15.5")])).toEqual([
      pair("r", "a", "40.00"),
    ]);
  });

  it("never takes more than there is on either side", () => {
    const { overCount, total } = tally(allocateOldestFirst(receipts, bills), receipts, bills);
    expect(overCount).toBe(0);
    expect(total).toBe(15_000n);
  });

  it("does nothing where too much is taken already", () => {
    const typed = [pair("r", "a", "120")];
    expect(allocateOldestFirst([side("r", 100)], [side("a", 150)], typed)).toEqual(typed);
  });

  it("stops at as many lines as a write-off may have", () => {
    const many = Array.from({ length: 300 }, (_, index) => side(String(index), 1));
    expect(allocateOldestFirst([side("r", 1000)], many)).toHaveLength(200);
  });
});

describe("one pair", () => {
  it("is put in, changed where it stands, and taken out", () => {
    const one = withAmount([], "r", "a", "1");
    const two = withAmount(one, "r", "b", "2");
    expect(withAmount(two, "r", "a", "3")).toEqual([pair("r", "a", "3"), pair("r", "b", "2")]);
    expect(withAmount(two, "r", "a", "")).toEqual([pair("r", "b", "2")]);
  });

  it("can take what the other pairs leave on both sides", () => {
    const pairs = [pair("r", "a", "70"), pair("r", "b", "20"), pair("s", "b", "5")];
    expect(mostFor(pairs, side("r", 100), side("b", 60))).toBe(3000n);
    expect(mostFor(pairs, side("r", 60), side("b", 60))).toBe(0n);
  });
});

describe("a write-off that came back", () => {
  it("can use again what it holds itself", () => {
    const held = [pair("r", "a", "30"), pair("r", "b", "5.5")];
    expect(withHeld([side("r", 0), side("s", 1)], held, "receipt_id")).toEqual([side("r", 35.5), side("s", 1)]);
  });
});

describe("what is typed", () => {
  it("is an amount however it was copied", () => {
    expect(typedAmount(" ¥1,234.50 ")).toBe("1234.50");
    expect(typedAmount("１２３４．５")).toBe("1234.5");
    expect(typedAmount("￥88")).toBe("88");
  });

  it("is none if it is zero, below, or has three places", () => {
    expect(amountOf("0.00")).toBeNull();
    expect(amountOf("-5")).toBeNull();
    expect(amountOf("1.005")).toBeNull();
    expect(amountOf("1.")).toBeNull();
    expect(amountOf("1.05")).toBe(105n);
  });
});
