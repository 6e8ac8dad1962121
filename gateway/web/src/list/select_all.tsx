import { cloneElement, isValidElement, type ReactNode } from "react";
import { useWords } from "../words";

/** The box in a table's head, named in the language that is read: antd names it in English alone. */
export function SelectAll({ box }: { box: ReactNode }) {
  const { t } = useWords();
  return isValidElement<{ "aria-label"?: string }>(box)
    ? cloneElement(box, { "aria-label": t("common.list.select_all") })
    : box;
}
