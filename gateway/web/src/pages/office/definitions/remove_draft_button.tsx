import { App, Button } from "antd";
import { api } from "../../../api/client";
import { useAction } from "../../../forms/use_action";
import { useWords } from "../../../words";
import { readDraftsAgain } from "./drafts";

interface RemoveDraftButtonProps {
  code: string;
  version: number;
  isDisabled: boolean;
  onRemoved: () => Promise<unknown> | unknown;
}

export function RemoveDraftButton({ code, version, isDisabled, onRemoved }: RemoveDraftButtonProps) {
  const { t } = useWords();
  const { modal } = App.useApp();
  const { act } = useAction();

  async function remove() {
    const isRemoved = await act(() =>
      api.DELETE("/api/v1/process-definition-drafts/{code}", { params: { path: { code } }, body: { version } }),
    );
    if (isRemoved) {
      await onRemoved();
      await readDraftsAgain();
    }
  }

  return (
    <Button
      danger
      disabled={isDisabled}
      onClick={() =>
        modal.confirm({
          title: t("office.drafts.remove_title"),
          content: t("office.drafts.remove_text"),
          okText: t("office.drafts.remove"),
          okButtonProps: { danger: true },
          onOk: remove,
        })
      }
    >
      {t("office.drafts.remove")}
    </Button>
  );
}
