import { describe, expect, it } from "vitest";
import { type FormField, plainField } from "./field";
import { entered, errorsAfter, faultsOf, fieldsAt, prefilled } from "./form_values";
import { pastedCells } from "./paste";

function field(code: string, type: FormField["type"], more: Partial<FormField> = {}): FormField {
  return { ...plainField({ code, type, name_zh: code, name_en: code }), ...more };
}

const price = field("unit_price", "decimal", { required: true, places: 6, minimum: "0" });
const tiers = field("tiers", "grid", { required: true, columns: [field("up_to", "integer", { minimum: "1" }), price] });
const prices = field("prices", "grid", { required: true, columns: [field("segment", "text"), tiers] });
const faults = (fields: FormField[], values: Record<string, unknown>) => [...faultsOf(fields, fields, values)];

describe("what is wrong with a form", () => {
  it("stands at the very cell", () => {
    const values = { prices: [{ segment: null, tiers: [{ up_to: 10, unit_price: "1" }, { up_to: null }] }] };
    expect(faults([prices], { prices: [...values.prices] })).toEqual([]);
    expect(faults([prices], { prices: [{ tiers: [{ up_to: 0, unit_price: "0.0000001" }, { up_to: 5 }] }] })).toEqual([
      ["prices.0.tiers.0.up_to", { code: "at_least", params: { low: "1", high: "" } }],
      ["prices.0.tiers.0.unit_price", { code: "places", params: { places: 6 } }],
      ["prices.0.tiers.1.unit_price", { code: "required" }],
    ]);
  });

  it("is asked of a field only when its condition is met", () => {
    const kind = field("kind", "choice");
    const amount = field("amount", "money", {
      required_when: { field: "kind", operator: "equals", value: "prepay_refund" },
    });
    expect(faults([kind, amount], { kind: "bill" })).toEqual([]);
    expect(faults([kind, amount], { kind: "prepay_refund" })).toEqual([["amount", { code: "required" }]]);
  });

  it("holds texts to their pattern as a whole", () => {
    const digits = field("sub_number", "text", { pattern: "[0-9]+" });
    expect(faults([digits], { sub_number: " 8001 " })).toEqual([]);
    expect(faults([digits], { sub_number: "80x" })).toEqual([["sub_number", { code: "format" }]]);
  });
});

describe("what is sent", () => {
  it("leaves out what is empty, and rows that nobody filled", () => {
    const grid = field("items", "grid", { columns: [field("name", "text"), field("quantity", "integer")] });
    expect(
      entered([grid, field("remarks", "text")], { items: [{ name: " a ", quantity: 1 }, {}], remarks: "  " }),
    ).toEqual({ items: [{ name: "a", quantity: 1 }] });
  });

  it("is only what belongs to the fields that are shown", () => {
    expect(entered([field("kind", "choice")], { kind: "other", words: ["x"] })).toEqual({ kind: "other" });
  });
});

describe("errors", () => {
  it("go with what was entered anew, and stay with what was not", () => {
    const errors = { "bills.0.amount": ["a"], "bills.1.amount": ["b"], bills: ["total"], remarks: ["c"] };
    const before = [{ amount: "1" }, { amount: "2" }];
    expect(errorsAfter(errors, "bills", before, [{ amount: "9" }, { amount: "2" }])).toEqual({
      "bills.1.amount": ["b"],
      remarks: ["c"],
    });
  });
});

describe("a node", () => {
  it("enters its own fields and those it may change, and none that is computed", () => {
    const fields = [
      field("a", "text"),
      field("b", "text", { entered_at: "finance" }),
      field("c", "text", { edited_at: ["finance"] }),
      field("d", "money", { entered_at: "finance", is_computed: true }),
    ];
    expect(fieldsAt(fields, "finance").map(({ code }) => code)).toEqual(["b", "c"]);
  });
});

describe("an address", () => {
  it("fills fields by their types", () => {
    const fields = [field("ids", "list"), field("count", "integer"), field("rows", "grid"), field("yes", "boolean")];
    const asked = new URLSearchParams({ "f.ids": "a,b", "f.count": "3", "f.rows": '[{"x":"1"}]', "f.yes": "true" });
    expect(prefilled(fields, asked)).toEqual({ ids: ["a", "b"], count: 3, rows: [{ x: "1" }], yes: true });
    expect(prefilled(fields, new URLSearchParams({ "f.rows": "{" }))).toEqual({});
  });
});

describe("a spreadsheet's clipboard", () => {
  it("is read by row and cell", () => {
    expect(pastedCells("US\t0.05\r\nGB\t0.06\r\n")).toEqual([
      ["US", "0.05"],
      ["GB", "0.06"],
    ]);
    expect(pastedCells('"a\nb"\t"say ""x"""')).toEqual([["a\nb", 'say "x"']]);
  });

  it("is nothing of ours when it holds one cell", () => {
    expect(pastedCells("0.05\n")).toBeUndefined();
  });
});
