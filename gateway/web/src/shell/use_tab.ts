import { useSearchParams } from "react-router";

/**
 * Which part of a page is shown, as its address says: `?tab=accounts`.
 *
 * @param tabs those there are; the first is shown where the address says none.
 */
export function useTab<Tab extends string>(tabs: readonly [Tab, ...Tab[]]): [Tab, (tab: string) => void] {
  const [params, setParams] = useSearchParams();
  const asked = params.get("tab");
  const shown = tabs.find((tab) => tab === asked) ?? tabs[0];
  const show = (tab: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        after.set("tab", tab);
        // A customer, a month mean the same on the next tab; what its list can be ordered by is its own.
        after.delete("sort");
        return after;
      },
      { replace: true },
    );
  return [shown, show];
}
