import { useWords } from "../../../words";
import type { DefinitionContent } from "./definition_content";
import { useNodePartName } from "./node_part_name";

/** What a place of a definition is called: `nodes.1.agree` by the node's name and what of it. */
export function usePlaceName(definition: DefinitionContent | undefined): (place: string) => string {
  const { t, named } = useWords();
  const partName = useNodePartName();
  return (place) => {
    const [part, index, detail] = place.split(".");
    const whole = part === "nodes" ? definition?.nodes : part === "fields" ? definition?.fields : undefined;
    const found = whole?.[Number(index)];
    if (found === undefined) {
      return place;
    }
    return [named(found) || t("office.nodes.unnamed"), part === "nodes" ? partName(detail) : detail]
      .filter(Boolean)
      .join(" · ");
  };
}
