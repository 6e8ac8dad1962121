/** What a spreadsheet puts on the clipboard, and where it goes. */
import type { ClipboardEvent } from "react";

/** The cell that one is in, as its element says it: `data-row`, `data-column`. */
interface Place {
  row: number;
  column: number;
}

/**
 * Put cells from a spreadsheet where they belong. A text of one cell is pasted as any other, and so is what `put` cannot place.
 *
 * @param put is told the cells by row, and where one is; undefined outside of all cells. It says whether they belong there.
 */
export function pasteCells(
  event: ClipboardEvent<HTMLElement>,
  put: (cells: string[][], place: Place | undefined) => boolean,
): void {
  const cells = pastedCells(event.clipboardData.getData("text/plain"));
  const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-row]");
  const place =
    cell !== null && event.currentTarget.contains(cell)
      ? { row: Number(cell.dataset.row), column: Number(cell.dataset.column ?? 0) }
      : undefined;
  if (cells !== undefined && put(cells, place)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

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
