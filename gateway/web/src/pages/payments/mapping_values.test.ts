import { describe, expect, it } from "vitest";
import { type MappingValues, mappingOf, valuesOf } from "./mapping_values";

const bank = {
  code: "boc",
  name_zh: "中国银行",
  name_en: "BOC",
  version: 3,
  changed_at: null,
  changed_by_name: null,
  columns: { received_at: [["交易日期"], ["交易时间"]], payer_name: [["付款人名称"]], amount: [["交易金额"]] },
  time_formats: ["%Y%m%d"],
  incoming: { headers: ["交易类型"], values: ["来账"] },
  outgoing: [],
  passed_over: ["合计"],
  account_labels: [],
  unique_by: ["date" as const],
  split_payer: false,
};

describe("a bank's mapping in its form", () => {
  it("is saved as it was read where nothing is changed", () => {
    const { code, version: _, changed_at: __, changed_by_name: ___, ...content } = bank;
    const values = { ...valuesOf(bank, "change"), code } as MappingValues;
    expect(mappingOf(values)).toEqual({ ...content, why: "" });
  });

  it("shows a place for every field that the statement lacks, and saves none of them", () => {
    const { columns } = valuesOf(bank, "change") as MappingValues;
    expect(columns.remark).toEqual([[]]);
    expect(mappingOf({ ...valuesOf(bank, "change"), code: "boc" } as MappingValues).columns).not.toHaveProperty(
      "remark",
    );
  });

  it("leaves out the mark of incoming money where no column says it", () => {
    const values = { ...valuesOf(bank, "change"), incoming: { headers: [], values: ["贷"] } } as MappingValues;
    expect(mappingOf(values).incoming).toBeNull();
  });

  it("begins a copy without the names of the one it is copied from", () => {
    expect(valuesOf(bank, "copy")).not.toHaveProperty("name_zh");
    expect(valuesOf(bank, "copy").columns?.amount).toEqual([["交易金额"]]);
  });
});
