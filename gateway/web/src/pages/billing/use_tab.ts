import { useSearchParams } from "react-router";

/**
 * Which part of a page is shown, as its address says: `?tab=accounts`.
 *
 * @param tabs those there are; the first is shown where the address says none, and is not written there.
 */
export function useTab<Tab extends string>(tabs: readonly [Tab, ...Tab[]]): [Tab, (tab: string) => void] {
  const [params, setParams] = useSearchParams();
  const asked = params.get("tab");
  const shown = tabs.find((tab) => tab === asked) ?? tabs[0];
  // What else the address says filters the list of the tab before.
  const show = (tab: string) => setParams(tab === tabs[0] ? {} : { tab }, { replace: true });
  return [shown, show];
}
