import { Tag, Tooltip } from "antd";
import { useWords } from "../../../words";

/** Says that the product has brought a newer version, which waits for an administrator. */
export function WaitingTag({ version }: { version: number | null }) {
  const { t } = useWords();
  return (
    version !== null && (
      <Tooltip title={t("office.definitions.waiting_note")}>
        <Tag color="warning">{t("office.definitions.waiting", { version })}</Tag>
      </Tooltip>
    )
  );
}
