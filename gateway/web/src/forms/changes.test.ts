import dayjs from "dayjs";
import { describe, expect, it } from "vitest";
import { changesOf, following } from "./changes";

describe("changesOf", () => {
  it("keeps what differs and nothing else", () => {
    expect(changesOf({ name: "甲", region: "上海", version: 3 }, { name: "甲", region: "杭州" })).toEqual({
      region: "杭州",
    });
  });

  it("tells what was taken out from what was never there", () => {
    expect(changesOf({ lead_id: "a", parent_id: null }, { lead_id: null, parent_id: null })).toEqual({ lead_id: null });
  });

  it("goes into groups of fields", () => {
    const before = { invoice: { bank: "工行", address: "外滩" } };
    expect(changesOf(before, { invoice: { bank: "建行", address: "外滩" } })).toEqual({ invoice: { bank: "建行" } });
    expect(changesOf(before, { invoice: { bank: "工行", address: "外滩" } })).toEqual({});
  });

  it("knows a list by what is in it, and sends it whole", () => {
    const before = { roles: ["sales", "finance"] };
    expect(changesOf(before, { roles: ["sales", "finance"] })).toEqual({});
    expect(changesOf(before, { roles: ["sales"] })).toEqual({ roles: ["sales"] });
    expect(changesOf(before, { roles: ["finance", "sales"] })).toEqual({ roles: ["finance", "sales"] });
  });
});

describe("following a record that is read again", () => {
  const paths = (fields: { name: string[] }[]) => fields.map(({ name }) => name.join("."));

  it("takes over what nobody has changed here", () => {
    const { follow, contested } = following({ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 1 });
    expect(follow).toEqual([
      { name: ["a"], value: 2 },
      { name: ["b"], value: 1 },
    ]);
    expect(contested).toEqual([]);
  });

  it("keeps what was changed here, and tells where both have changed it", () => {
    const { follow, contested } = following({ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 3, b: 3 });
    expect(follow).toEqual([]);
    expect(contested).toEqual([{ name: ["a"], value: 2 }]);
  });

  it("has nothing to tell where both have changed it to the same", () => {
    expect(following({ a: 1 }, { a: 2 }, { a: 2 })).toEqual({ follow: [], contested: [] });
  });

  it("goes into groups, and knows a list and a day by what is in them", () => {
    const day = (date: string) => dayjs(date);
    const before = { quiet: { months: 1, days: 0 }, periods: [{ from: day("2026-01-01") }] };
    const now = { quiet: { months: 2, days: 5 }, periods: [{ from: day("2026-02-01") }] };
    const entered = { quiet: { months: 1, days: 9 }, periods: [{ from: day("2026-01-01") }], reason: "x" };
    const { follow, contested } = following(before, now, entered);
    expect(paths(follow)).toEqual(["quiet.months", "periods"]);
    expect(paths(contested)).toEqual(["quiet.days"]);
  });

  it("knows a field that is gone from a group", () => {
    const { contested } = following({ limit: { a: 1 } }, { limit: null }, { limit: { a: 2 } });
    expect(paths(contested)).toEqual(["limit"]);
  });
});
