import { describe, expect, it } from "vitest";
import { priceRows, quotable, rowsFor, withOneTier, withoutTier, withTier } from "./price_rows";
import { countryName, segmentCalled } from "./segments";

const tiers = [
  { up_to: 1000, unit_price: "0.05" },
  { up_to: null, unit_price: "0.04" },
];

describe("tiers", () => {
  it("that one adds leave the one before with a bound to enter", () => {
    expect(withTier(tiers)).toEqual([
      { up_to: 1000, unit_price: "0.05" },
      { up_to: undefined, unit_price: "0.04" },
      { up_to: null, unit_price: undefined },
    ]);
  });

  it("that are left when one goes end without a bound", () => {
    expect(withoutTier(tiers, 1)).toEqual([{ up_to: null, unit_price: "0.05" }]);
    expect(withoutTier(tiers, 0)).toEqual([{ up_to: null, unit_price: "0.04" }]);
  });

  it("become one for a unified price", () => {
    expect(withOneTier([{ segment: "CMCC", tiers }])).toEqual([
      { segment: "CMCC", tiers: [{ up_to: null, unit_price: "0.05" }] },
    ]);
  });
});

describe("a table", () => {
  it("by operator begins with what was agreed for all", () => {
    const rows = rowsFor("segments", [{ segment: null, tiers }], false);
    expect(rows.map(({ segment }) => segment)).toEqual(["CMCC", "CUCC", "CTCC"]);
    expect(rows[2]?.tiers).toEqual(tiers);
  });

  it("is asked for a quote as far as it is entered rightly", () => {
    const half = {
      segment: "US",
      tiers: [
        { up_to: 10, unit_price: "1" },
        { up_to: null, unit_price: undefined },
      ],
    };
    const falling = {
      segment: "GB",
      tiers: [{ up_to: 10, unit_price: "1" }, { up_to: 5, unit_price: "1" }, tiers[1] ?? half.tiers[1]],
    };
    expect(quotable(priceRows([half, falling, { segment: "FR", tiers }]))).toEqual([{ segment: "FR", tiers }]);
  });

  it("has the same row again for a row that stayed as it was", () => {
    const [first, second] = [
      { segment: "US", tiers },
      { segment: "GB", tiers },
    ];
    const before = priceRows([first, second]);
    const after = priceRows([before[0], { ...before[1], segment: "FR" }]);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it("is read from whatever a draft holds", () => {
    expect(priceRows(undefined)).toEqual([]);
    expect(priceRows([{ tiers: [null] }])).toEqual([
      { segment: null, tiers: [{ up_to: undefined, unit_price: undefined }] },
    ]);
  });
});

describe("a country", () => {
  it("is known by its code and by its name in both languages", () => {
    expect([segmentCalled("us"), segmentCalled("美国"), segmentCalled("united states"), segmentCalled("移动")]).toEqual(
      ["US", "US", "US", "CMCC"],
    );
    expect(segmentCalled("Atlantis")).toBeUndefined();
    expect(countryName("JP", "zh")).toBe("日本");
  });
});
