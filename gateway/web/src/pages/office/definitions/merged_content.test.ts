import { describe, expect, it } from "vitest";
import { mergedContent } from "./merged_content";

const node = (code: string, name_zh: string, actors: string[] = []) => ({ code, name_zh, actors });
const base = { name_zh: "调价", nodes: [node("start", "发起"), node("lead", "领导"), node("finance", "财务")] };

describe("what two have made of one draft", () => {
  it("takes what only one has changed from the one", () => {
    const theirs = { ...base, name_zh: "销售调价" };
    const mine = { ...base, nodes: [...base.nodes, node("legal", "法务")] };
    expect(mergedContent(base, theirs, mine)).toEqual({
      content: { name_zh: "销售调价", nodes: mine.nodes },
      contested: [],
    });
  });

  it("puts together what was changed of different nodes, and of different parts of one", () => {
    const [start, lead, finance] = base.nodes;
    const theirs = { ...base, nodes: [start, { ...lead, name_zh: "部门领导" }, { ...finance, name_zh: "财务部" }] };
    const mine = { ...base, nodes: [start, { ...lead, actors: ["sales_lead"] }, finance] };
    expect(mergedContent(base, theirs as typeof base, mine as typeof base)).toEqual({
      content: { ...base, nodes: [start, node("lead", "部门领导", ["sales_lead"]), node("finance", "财务部")] },
      contested: [],
    });
  });

  it("names what both have changed, and leaves it as it is here", () => {
    const theirs = { ...base, nodes: base.nodes.with(1, node("lead", "主管")) };
    const mine = { ...base, nodes: base.nodes.with(1, node("lead", "经理")) };
    expect(mergedContent(base, theirs, mine)).toEqual({ content: mine, contested: ["nodes.1.name_zh"] });
    expect(mergedContent(base, mine, theirs).content).toEqual(theirs);
  });

  it("does not mix lists of different nodes", () => {
    const theirs = { ...base, nodes: base.nodes.toSpliced(1, 1) };
    const mine = { ...base, nodes: base.nodes.with(1, node("lead", "经理")) };
    expect(mergedContent(base, theirs, mine)).toEqual({ content: mine, contested: ["nodes"] });
  });

  it("has nothing to name where both have changed it to the same", () => {
    const both = { ...base, name_zh: "改价" };
    expect(mergedContent(base, both, { ...both })).toEqual({ content: both, contested: [] });
  });

  it("keeps what was taken out here", () => {
    const withNote = { ...base, note: "旧" };
    const { content } = mergedContent<object>(withNote, { ...withNote, name_zh: "改" }, base);
    expect(content).toEqual({ ...base, name_zh: "改" });
  });
});
