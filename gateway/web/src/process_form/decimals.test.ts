import { describe, expect, it } from "vitest";
import { compare, countFor, decimalOf, lineAmount, placesOf, tidied, typedFigure } from "./decimals";

const decimal = (text: string) => decimalOf(text) ?? { digits: 0n, places: -1 };

describe("a line's amount", () => {
  it("is the count times the unit price", () => {
    expect(lineAmount(100_000, "0.035")).toBe("3500.00");
  });

  it("is rounded half-up once, where binary numbers would be a fen off", () => {
    expect(lineAmount(1, "1.005")).toBe("1.01");
    expect(lineAmount(3, "0.001667")).toBe("0.01");
    expect(lineAmount(1, "0.004999")).toBe("0.00");
  });

  it("is exact where a float has no digits left", () => {
    expect(lineAmount(999_999_999_999, "9999.999999")).toBe("9999999998990000.00");
  });

  it("rounds away from nought below it too", () => {
    expect(lineAmount(1, "-0.005")).toBe("-0.01");
  });

  it("is not there before both are numbers", () => {
    expect(lineAmount("12.", "0.1")).toBeUndefined();
    expect(lineAmount(undefined, "0.1")).toBeUndefined();
  });
});

describe("the count that comes to an amount", () => {
  it("is whole, and the line's amount is the very one", () => {
    expect(countFor("500", "0.05")).toBe(10_000);
    expect(countFor("100.00", "0.0345")).toBeUndefined();
    expect(countFor("0.01", "0.001667")).toBe(6);
    expect(lineAmount(6, "0.001667")).toBe("0.01");
  });

  it("is not there before both are more than nought", () => {
    expect(countFor("500", undefined)).toBeUndefined();
    expect(countFor("500", "0")).toBeUndefined();
    expect(countFor("-500", "0.05")).toBeUndefined();
  });
});

describe("decimals", () => {
  it("compare by what they are worth", () => {
    expect(compare(decimal("0.10"), decimal("0.1"))).toBe(0);
    expect(compare(decimal("-2"), decimal("1.5"))).toBe(-1);
    expect(compare(decimal("10"), decimal("9.999999"))).toBe(1);
  });

  it("count the places that matter", () => {
    expect(placesOf(decimal("1.500"))).toBe(1);
    expect(placesOf(decimal("0.000001"))).toBe(6);
    expect(placesOf(decimal("100"))).toBe(0);
  });
});

describe("typed figures", () => {
  it("are forgiven grouping, currency, blanks and full-width digits", () => {
    expect(typedFigure("￥1，234.50 元")).toBe("1234.50");
    expect(typedFigure("０．０３５")).toBe("0.035");
  });

  it("are tidied once done", () => {
    expect(tidied(".5")).toBe("0.5");
    expect(tidied("12.")).toBe("12");
    expect(tidied("007.10")).toBe("7.10");
    expect(tidied("0")).toBe("0");
  });
});
