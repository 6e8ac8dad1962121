import { describe, expect, it } from "vitest";
import { changeOf, filesOf, isEmpty, rowsOf } from "./shown_values";

describe("what a form holds", () => {
  it("is read as a grid only where every entry is a row", () => {
    expect(rowsOf([{ amount: "1.00" }])).toEqual([{ amount: "1.00" }]);
    expect(rowsOf([{ amount: "1.00" }, "2.00"])).toBeUndefined();
    expect(rowsOf("1.00")).toBeUndefined();
  });

  it("names a file that has no name by its id, and is no file without an id", () => {
    expect(filesOf([{ id: "a", name: "合同.pdf" }, { id: "b" }, { name: "没有编号.pdf" }])).toEqual([
      { id: "a", name: "合同.pdf" },
      { id: "b", name: "b" },
    ]);
  });

  it("is empty without a value, and not with nought or no", () => {
    expect([null, undefined, "", [], {}].map(isEmpty)).toEqual([true, true, true, true, true]);
    expect([0, false, "0", [0]].map(isEmpty)).toEqual([false, false, false, false]);
  });

  it("changes from one value to another", () => {
    expect(changeOf(["旧", "新"])).toEqual(["旧", "新"]);
    expect(changeOf([null, "新"])).toEqual([null, "新"]);
  });
});
