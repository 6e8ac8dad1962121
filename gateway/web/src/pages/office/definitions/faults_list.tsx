import { Alert } from "antd";
import type { Schemas } from "../../../api/client";
import { labelled, useWords } from "../../../words";
import type { DefinitionContent } from "./definition_content";
import { usePlaceName } from "./place_name";

type Fault = Schemas["Fault"];

/** What keeps a draft from being published, each with where it is. */
export function FaultsList({ faults, definition }: { faults: Fault[]; definition: DefinitionContent | undefined }) {
  const { t } = useWords();
  const placeName = usePlaceName(definition);
  if (faults.length === 0) {
    return null;
  }
  return (
    <Alert
      type="error"
      showIcon
      title={t("office.drafts.faults", { count: faults.length })}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {faults.map(({ place, code, message }) => (
            <li key={`${place} ${code}`} title={place}>
              {labelled(placeName(place), message)}
            </li>
          ))}
        </ul>
      }
      style={{ marginBottom: 16 }}
    />
  );
}
