import { useSearchParams } from "react-router";

/** One parameter of the page's address, and how to change it; the others stay: a list keeps its filters. */
export function useParameter(name: string): [string | undefined, (value: string | undefined) => void] {
  const [params, setParams] = useSearchParams();
  const set = (value: string | undefined) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      after.delete(name);
      if (value !== undefined) {
        after.set(name, value);
      }
      return after;
    });
  return [params.get(name) ?? undefined, set];
}
