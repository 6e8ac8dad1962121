import dayjs, { isDayjs } from "dayjs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { forgetForm, keepForm, keptForm } from "./kept_form";

describe("a form that is kept", () => {
  beforeEach(() => {
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    });
  });

  it("comes back as it was entered, days and moments in groups and lists too", () => {
    const at = dayjs("2026-03-01T09:30:00");
    keepForm("log.1", { content: "电话", at, follow: { on: [at, null] }, department_id: undefined });
    const values = keptForm<{ content: string; at: unknown; follow: { on: unknown[] } }>("log.1");
    expect(values?.content).toBe("电话");
    expect(isDayjs(values?.at) && values.at.isSame(at)).toBe(true);
    expect(isDayjs(values?.follow.on[0])).toBe(true);
    expect(values?.follow.on[1]).toBeNull();
  });

  it("is of one record, and gone once it is sent", () => {
    keepForm("contact.1", { name: "陈经理" });
    expect(keptForm("contact.2")).toBeUndefined();
    forgetForm("contact.1");
    expect(keptForm("contact.1")).toBeUndefined();
  });
});
