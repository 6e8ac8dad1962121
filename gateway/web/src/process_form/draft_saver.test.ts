import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DraftSaver, type Saved, type SaveState } from "./draft_saver";
import type { FormValues } from "./field";

class Conflict extends Error {}

function saverOver(answers: (Error | undefined)[] = [], found: Saved | null = null) {
  const puts: [FormValues, number | null][] = [];
  const states: SaveState["kind"][] = [];
  const saver = new DraftSaver<FormValues>(
    {
      put: async (values, version) => {
        puts.push([values, version]);
        const answer = answers.shift();
        if (answer !== undefined) {
          throw answer;
        }
        return { version: (version ?? 0) + 1, savedAt: "2026-04-01T02:00:00Z" };
      },
      isConflict: (error) => error instanceof Conflict,
      tell: ({ kind }) => states.push(kind),
      pauseMs: 1000,
    },
    found,
  );
  return { saver, puts, states };
}

describe("a draft", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is saved once its typist pauses, with the version that was seen", async () => {
    const { saver, puts, states } = saverOver();
    saver.enter({ a: "1" });
    await vi.advanceTimersByTimeAsync(900);
    saver.enter({ a: "12" });
    await vi.advanceTimersByTimeAsync(900);
    expect(puts).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    saver.enter({ a: "123" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(puts).toEqual([
      [{ a: "12" }, null],
      [{ a: "123" }, 1],
    ]);
    expect(states).toEqual(["saving", "saved", "saving", "saved"]);
  });

  it("that was found is saved over by its version", async () => {
    const { saver, puts } = saverOver([], { version: 7, savedAt: "" });
    saver.enter({ a: "1" });
    await saver.flush();
    expect(puts).toEqual([[{ a: "1" }, 7]]);
  });

  it("changed elsewhere is left alone until its owner has chosen", async () => {
    const { saver, puts, states } = saverOver([new Conflict()]);
    saver.enter({ a: "mine" });
    await saver.flush();
    saver.enter({ a: "mine, longer" });
    await vi.advanceTimersByTimeAsync(5000);
    expect(states).toEqual(["saving", "conflict"]);
    expect(puts).toHaveLength(1);
    saver.release(4);
    await vi.advanceTimersByTimeAsync(1000);
    expect(puts[1]).toEqual([{ a: "mine, longer" }, 4]);
  });

  it("that could not be saved is saved with the next change", async () => {
    const { saver, puts, states } = saverOver([new Error("away")]);
    saver.enter({ a: "1" });
    await saver.flush();
    expect(saver.isBehind).toBe(true);
    await saver.flush();
    expect(states).toEqual(["saving", "failed", "saving", "saved"]);
    expect(puts.map(([values]) => values)).toEqual([{ a: "1" }, { a: "1" }]);
    expect(saver.isBehind).toBe(false);
  });

  it("is not saved while its form is sent", async () => {
    const { saver, puts } = saverOver();
    saver.enter({ a: "1" });
    await saver.hold();
    await vi.advanceTimersByTimeAsync(5000);
    expect(puts).toEqual([]);
    saver.release();
    await vi.advanceTimersByTimeAsync(1000);
    expect(puts).toHaveLength(1);
  });
});
