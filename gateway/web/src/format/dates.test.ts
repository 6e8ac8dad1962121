import dayjsCalendar from "@rc-component/picker/generate/dayjs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { minuteOf, today } from "./dates";

describe("in a browser of another zone", () => {
  beforeEach(() => {
    vi.stubEnv("TZ", "America/Los_Angeles");
    vi.useFakeTimers({ now: Date.parse("2026-03-31T18:00:00Z") });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  it("it is the day that it is in Shanghai", () => {
    expect(new Date().getDate()).toBe(31);
    expect(today()).toBe("2026-04-01");
    expect(minuteOf("2026-03-31T18:00:00Z")).toBe("2026-04-01 02:00");
  });

  it("date pickers take that day for today, too", () => {
    expect(dayjsCalendar.getNow().format("YYYY-MM-DD")).toBe("2026-04-01");
  });
});
