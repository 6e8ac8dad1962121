import { Alert } from "antd";
import type { Schemas } from "../../../api/client";
import { labelled, useWords } from "../../../words";
import type { DefinitionContent } from "./definition_content";
import { useNodePartName } from "./node_part_name";

type Fault = Schemas["Fault"];

/** What keeps a draft from being published, each with where it is. */
export function FaultsList({ faults, definition }: { faults: Fault[]; definition: DefinitionContent | undefined }) {
  const { t, named } = useWords();
  const partName = useNodePartName();
  if (faults.length === 0) {
    return null;
  }
  const placeOf = (place: string) => {
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
  return (
    <Alert
      type="error"
      showIcon
      title={t("office.drafts.faults", { count: faults.length })}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {faults.map(({ place, code, message }) => (
            <li key={`${place} ${code}`} title={place}>
              {labelled(placeOf(place), message)}
            </li>
          ))}
        </ul>
      }
      style={{ marginBottom: 16 }}
    />
  );
}
