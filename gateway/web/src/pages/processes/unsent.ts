/** What was typed at a task and not sent: another tab of the console, or a reload, does not lose it. */
import { useState } from "react";
import type { NamedFile } from "./attachment_list";
import type { Row } from "./form_values";

export interface Unsent {
  opinion: string;
  files: NamedFile[];
  /** The fields that are entered at the node. */
  form: Row;
}

const keptAs = (taskId: string) => `l2c.unsent.${taskId}`;

function kept(taskId: string): Unsent | undefined {
  const found = sessionStorage.getItem(keptAs(taskId));
  return found === null ? undefined : (JSON.parse(found) as Unsent);
}

export function useUnsent(taskId: string): [Unsent, (changes: Partial<Unsent>) => void, () => void] {
  const [unsent, setUnsent] = useState<Unsent>(() => kept(taskId) ?? { opinion: "", files: [], form: {} });
  function change(changes: Partial<Unsent>) {
    setUnsent((before) => {
      const after = { ...before, ...changes };
      sessionStorage.setItem(keptAs(taskId), JSON.stringify(after));
      return after;
    });
  }
  return [unsent, change, () => sessionStorage.removeItem(keptAs(taskId))];
}
