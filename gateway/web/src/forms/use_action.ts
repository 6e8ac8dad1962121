import { App } from "antd";
import { useCallback, useState } from "react";
import { readAgain as readPathsAgain } from "../api/queries";
import { showProblem } from "./problems";

interface Action {
  /** The addresses whose answers are no longer so afterwards, and not if somebody was faster either. */
  readAgain?: string[];
  /** Said when it is done. */
  done?: string;
}

/** For what a click does: busy while it runs, and says how it ended. */
export function useAction(): {
  isBusy: boolean;
  act: (work: () => Promise<unknown>, how?: Action) => Promise<boolean>;
} {
  const { message, notification } = App.useApp();
  const [busy, setBusy] = useState(0);
  const act = useCallback(
    async (work: () => Promise<unknown>, { readAgain = [], done }: Action = {}) => {
      setBusy((count) => count + 1);
      try {
        await work();
        if (done !== undefined) {
          message.success(done);
        }
        await readPathsAgain(...readAgain);
        return true;
      } catch (error) {
        showProblem(error, { notification, readAgain: () => readPathsAgain(...readAgain) });
        return false;
      } finally {
        setBusy((count) => count - 1);
      }
    },
    [message, notification],
  );
  return { isBusy: busy > 0, act };
}
