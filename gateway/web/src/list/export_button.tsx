import { ExportOutlined } from "@ant-design/icons";
import { App, Button, Tooltip } from "antd";
import { useId } from "react";
import { Problem } from "../api/problem";
import { saveFile } from "../api/upload";
import { useAction } from "../forms/use_action";
import { useWords } from "../words";

const TOO_LONG = "list_too_long_to_export";

interface ExportButtonProps {
  /** Of the file: `/api/v1/bills.xlsx?state=open`. */
  address: string;
  isDisabled?: boolean;
  /** What is done where there is more than one waits for; else that is told. */
  onTooLong?: () => Promise<void>;
}

/** Just what a list is narrowed to, in its order, as a file; said while it is made, which may take a while. */
export function ExportButton({ address, isDisabled, onTooLong }: ExportButtonProps) {
  const { t } = useWords();
  const { isBusy, act } = useAction();
  const { message } = App.useApp();
  const key = useId();

  async function save() {
    message.open({ key, type: "loading", content: t("common.list.exporting"), duration: 0 });
    try {
      await saveFile(address);
      message.success(t("common.list.exported"));
    } catch (problem) {
      if (onTooLong === undefined || !(problem instanceof Problem && problem.code === TOO_LONG)) {
        throw problem;
      }
      await onTooLong();
    } finally {
      message.destroy(key);
    }
  }

  return (
    <Tooltip title={t("common.list.export_hint")}>
      <Button icon={<ExportOutlined />} loading={isBusy} disabled={isDisabled} onClick={() => void act(save)}>
        {t("common.export")}
      </Button>
    </Tooltip>
  );
}
