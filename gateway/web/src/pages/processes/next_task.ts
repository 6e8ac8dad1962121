/** From one to-do to the next: whoever decides what a list holds does not go back to it each time. */
import { App } from "antd";
import { useLocation, useNavigate } from "react-router";
import { passOn } from "../../list/neighbours";
import { closeTab } from "../../shell/tabs";
import { useWords } from "../../words";
import { boxOf } from "./boxes";

/** @returns to be called with what was done, once a task is settled. */
export function useNextTask(): (done: string) => void {
  const { t } = useWords();
  const { message } = App.useApp();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  return (done) => {
    const next = passOn(pathname, isTodoList);
    if (next === undefined) {
      message.success(done);
      // The task that the address names is settled.
      void navigate(pathname, { replace: true });
      return;
    }
    message.success(t("processes.next_task", { done }));
    closeTab(pathname);
    void navigate(next, { replace: true });
  };
}

function isTodoList(address: string): boolean {
  const [path, search] = address.split("?");
  return path === "/processes" && boxOf(new URLSearchParams(search).get("box")) === "todo";
}
