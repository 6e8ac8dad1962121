/** What a spreadsheet puts on the clipboard. */

/**
 * Its cells by row; quoted cells may hold line breaks, as Excel writes them.
 *
 * @returns undefined for a text that is of one cell: it is pasted as any other.
 */
export function pastedCells(text: string): string[][] | undefined {
  if (!/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""))) {
    return undefined;
  }
  const rows: string[][] = [[]];
  let cell = "";
  let isQuoted = false;
  const endCell = () => {
    rows.at(-1)?.push(cell.trim());
    cell = "";
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (isQuoted) {
      if (letter !== '"') {
        cell += letter;
      } else if (text[at + 1] === '"') {
        cell += letter;
        at += 1;
      } else {
        isQuoted = false;
      }
    } else if (letter === '"' && cell === "") {
      isQuoted = true;
    } else if (letter === "\t") {
      endCell();
    } else if (letter === "\n" || letter === "\r") {
      endCell();
      rows.push([]);
      if (letter === "\r" && text[at + 1] === "\n") {
        at += 1;
      }
    } else {
      cell += letter;
    }
  }
  endCell();
  return rows.filter((row) => row.some((each) => each !== ""));
}
