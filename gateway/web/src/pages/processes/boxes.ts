/** The boxes that processes lie in for their reader. */

export const BOXES = ["todo", "done", "started", "copied", "visible"] as const;
export type Box = (typeof BOXES)[number];

export function boxOf(asked: string | null): Box {
  return BOXES.find((box) => box === asked) ?? "todo";
}

/** The boxes whose kinds the API counts; all that one may see are too many to count. */
export type CountedBox = Exclude<Box, "visible">;
