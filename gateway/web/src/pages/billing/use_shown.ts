import { useSearchParams } from "react-router";

/** Which row of a list is shown beside it, as the address says: `?run=…`. The list keeps its filters. */
export function useShown(name: string): [string | undefined, (id: string | undefined) => void] {
  const [params, setParams] = useSearchParams();
  const show = (id: string | undefined) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      after.delete(name);
      if (id !== undefined) {
        after.set(name, id);
      }
      return after;
    });
  return [params.get(name) ?? undefined, show];
}
