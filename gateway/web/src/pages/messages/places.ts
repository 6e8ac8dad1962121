/** The places where messages wait, called by their names: those of the menu, and below the to-dos each process and its nodes. */
import { useMemo } from "react";
import { query, type Schemas } from "../../api/client";
import { useCounters } from "../../shell/live";
import { useWords } from "../../words";

export interface PlaceShown {
  code: string;
  words: string;
  waiting: number;
  below: PlaceShown[];
}

interface PlacesInUse {
  tree: PlaceShown[];
  /** The name of a place, with the one that it stands below: 销账 › 销售确认. */
  nameOf: (code: string) => string;
}

const FOREVER = { staleTime: Number.POSITIVE_INFINITY };

export function usePlaces(): PlacesInUse {
  const { named } = useWords();
  const { places: counters } = useCounters();
  const { data: declared } = query.useQuery("get", "/api/v1/places", undefined, FOREVER);
  const { data: definitions } = query.useQuery("get", "/api/v1/process-definitions", undefined, FOREVER);
  return useMemo(() => {
    const names = namesOf(declared?.items ?? [], definitions?.items ?? [], named);
    // A code is for what nothing names; before the names are there one waits for them.
    const isNamed = declared !== undefined && definitions !== undefined;
    const wordsOf = (place: string, code: string) => names.get(place) ?? (isNamed ? code : "…");
    const codes = [...new Set([...(declared?.items ?? []).map(({ code }) => code), ...Object.keys(counters).sort()])];
    const below = (above: string): PlaceShown[] =>
      codes
        .filter((code) => code.slice(0, Math.max(0, code.lastIndexOf("."))) === above)
        .map((code) => ({
          code,
          words: wordsOf(code, code.slice(code.lastIndexOf(".") + 1)),
          waiting: counters[code] ?? 0,
          below: below(code),
        }));
    const nameOf = (code: string) =>
      code
        .split(".")
        .map((_, index, parts) => parts.slice(0, index + 1).join("."))
        .slice(code.includes(".") ? 1 : 0)
        .slice(-2)
        .map((each) => wordsOf(each, each))
        .join(" › ");
    return { tree: below(""), nameOf };
  }, [declared, definitions, counters, named]);
}

function namesOf(
  declared: Schemas["PlaceView"][],
  definitions: Schemas["ShownDefinition"][],
  named: (names: { name_zh: string; name_en: string }) => string,
): Map<string, string> {
  const names = new Map(declared.map((place) => [place.code, named(place)]));
  for (const above of declared.filter(({ has_nodes }) => has_nodes)) {
    for (const definition of definitions) {
      const place = `${above.code}.${definition.code}`;
      names.set(place, named(definition));
      for (const node of definition.nodes) {
        names.set(`${place}.${node.code}`, named(node));
      }
    }
  }
  return names;
}
