import { Alert, Button, Space } from "antd";
import { useWords } from "../../../words";
import type { DefinitionContent } from "./definition_content";
import { usePlaceName } from "./place_name";
import type { DraftInUse } from "./use_draft";

interface ContestedPartsProps {
  inUse: DraftInUse;
  definition: DefinitionContent | undefined;
}

/** Where two have changed the same thing of a draft: who was faster, what it is about, and whose shall stay. */
export function ContestedParts({ inUse: { contested, decide, saved }, definition }: ContestedPartsProps) {
  const { t } = useWords();
  const placeName = usePlaceName(definition);
  if (contested.length === 0) {
    return null;
  }
  return (
    <Alert
      type="warning"
      showIcon
      title={t("office.drafts.contested", { name: saved.changed_by_name })}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {contested.map((place) => (
            <li key={place}>{placeName(place)}</li>
          ))}
        </ul>
      }
      action={
        <Space wrap>
          <Button size="small" onClick={() => decide("mine")}>
            {t("office.drafts.keep_mine")}
          </Button>
          <Button size="small" onClick={() => decide("theirs")}>
            {t("office.drafts.take_theirs")}
          </Button>
        </Space>
      }
      style={{ marginBottom: 16 }}
    />
  );
}
