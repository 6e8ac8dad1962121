/** What was typed at a task and not sent: another tab of the console, or a reload, does not lose it. */
import { useState } from "react";
import type { NamedFile } from "./attachment_list";
import type { Row } from "./shown_values";

export interface Unsent {
  opinion: string;
  files: NamedFile[];
  /** The fields that are entered there. */
  form: Row;
}

const keptAs = (of: string) => `l2c.unsent.${of}`;

function kept(of: string): Unsent | undefined {
  const found = sessionStorage.getItem(keptAs(of));
  return found === null ? undefined : (JSON.parse(found) as Unsent);
}

/** @param of what is answered by it: a task. */
export function useUnsent(of: string): [Unsent, (changes: Partial<Unsent>) => void, () => void] {
  const [unsent, setUnsent] = useState<Unsent>(() => kept(of) ?? { opinion: "", files: [], form: {} });
  function change(changes: Partial<Unsent>) {
    setUnsent((before) => {
      const after = { ...before, ...changes };
      sessionStorage.setItem(keptAs(of), JSON.stringify(after));
      return after;
    });
  }
  return [unsent, change, () => sessionStorage.removeItem(keptAs(of))];
}
