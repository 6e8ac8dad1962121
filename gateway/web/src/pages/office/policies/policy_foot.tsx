import { Button } from "antd";
import { useWords } from "../../../words";

/** Stays in view below a policy that was changed and is not saved yet. */
export function PolicyFoot({ submitWords, onReset }: { submitWords: string; onReset: () => void }) {
  const { t } = useWords();
  return (
    <div className="policy-foot" role="status">
      <span>{t("common.unsaved.title")}</span>
      <Button onClick={onReset}>{t("office.policies.undo")}</Button>
      <Button type="primary" htmlType="submit">
        {submitWords}
      </Button>
    </div>
  );
}
