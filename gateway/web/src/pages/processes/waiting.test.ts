import { expect, it } from "vitest";
import type { Translate } from "../../words";
import { waited } from "./waiting";

const t: Translate = (key, params) => `${key} ${params?.count ?? ""}`.trim();
const since = "2026-04-01T00:00:00Z";
const at = (time: string) => waited(t, since, Date.parse(time));

it("is said in hours for a day, and then in days", () => {
  expect(at("2026-04-01T00:59:59Z")).toBe("processes.waited.short");
  expect(at("2026-04-01T01:00:00Z")).toBe("processes.waited.hours 1");
  expect(at("2026-04-01T23:59:59Z")).toBe("processes.waited.hours 23");
  expect(at("2026-04-02T00:00:00Z")).toBe("processes.waited.days 1");
  expect(at("2026-04-11T12:00:00Z")).toBe("processes.waited.days 10");
});

it("is nothing yet for what began a moment ahead of this machine's clock", () => {
  expect(at("2026-03-31T23:59:00Z")).toBe("processes.waited.short");
});
