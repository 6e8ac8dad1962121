/** A sentence in a row that may be too short for it: whole when one points at it. */
export function Words({ words }: { words: string }) {
  return <span title={words}>{words || "–"}</span>;
}
