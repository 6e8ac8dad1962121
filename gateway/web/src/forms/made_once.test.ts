import { describe, expect, it, vi } from "vitest";
import { Problem } from "../api/problem";
import { madeOnce } from "./made_once";

// The client wants a browser.
vi.mock("../api/client", () => {
  let keys = 0;
  return { newKey: () => String(++keys) };
});

/** Sends it as often as there are answers; what it was sent with. */
async function keysOf(answers: (Problem | undefined)[]): Promise<string[]> {
  const once = madeOnce();
  const keys: string[] = [];
  for (const answer of answers) {
    const sent = once(async (header) => {
      keys.push(header["Idempotency-Key"]);
      if (answer !== undefined) {
        throw answer;
      }
    });
    await sent.catch((error) => expect(error).toBe(answer));
  }
  return keys;
}

describe("what is made once", () => {
  it.each([
    ["nobody answered", new Problem(0, { code: "unreachable" })],
    ["the service was away", new Problem(503, { code: "service_unavailable" })],
    ["it is still being made", new Problem(409, { code: "request_in_progress" })],
  ])("is asked for again by its key where %s", async (_, answer) => {
    const [first, second] = await keysOf([answer, undefined]);
    expect(first).not.toBe("");
    expect(second).toBe(first);
  });

  it.each([
    ["it was made", undefined],
    ["it was refused", new Problem(422, { code: "invalid_input" })],
    ["the key stands for something else", new Problem(409, { code: "idempotency_key_reused" })],
  ])("is another thing where %s", async (_, answer) => {
    const [first, second] = await keysOf([answer, undefined]);
    expect(second).not.toBe(first);
  });
});
