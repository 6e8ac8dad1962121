import { describe, expect, it } from "vitest";
import { changesOf } from "./changes";

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
