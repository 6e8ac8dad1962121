import { describe, expect, it } from "vitest";
import { percentOf } from "./decimal_point";

describe("a share in percent", () => {
  it("says the rate that money was computed by, to its last place", () => {
    expect(percentOf("0.1")).toBe("10%");
    expect(percentOf("0.0825")).toBe("8.25%");
    expect(percentOf("0.125")).toBe("12.5%");
  });
});
