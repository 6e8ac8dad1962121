import { useWords } from "../words";

/** The head of the column with what can be done to a row. */
export function ActionsHead() {
  const { t } = useWords();
  return (
    <th scope="col" className="cell-actions">
      <span className="form-unseen">{t("common.actions")}</span>
    </th>
  );
}
