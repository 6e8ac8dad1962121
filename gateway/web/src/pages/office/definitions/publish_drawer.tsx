import { Alert, Form, Input } from "antd";
import { useNavigate } from "react-router";
import { api, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { closeTab } from "../../../shell/tabs";
import { useWords } from "../../../words";
import { draftAddress, readDraftsAgain } from "./drafts";
import { useDefinitionVersions } from "./versions_table";

interface PublishDrawerProps {
  draft: Schemas["DefinitionDraft"];
  isOpen: boolean;
  onClose: () => void;
}

/** Publish a draft as the next version, knowing how many running processes stay on the present ones. */
export function PublishDrawer({ draft, isOpen, onClose }: PublishDrawerProps) {
  const { t } = useWords();
  const navigate = useNavigate();
  const once = useMadeOnce();
  const versions = useDefinitionVersions(draft.code);
  const running = versions.data?.pages
    .flatMap((page) => page?.items ?? [])
    .reduce((sum, version) => sum + version.running, 0);
  return (
    <FormDrawer<{ note: string }>
      title={t("office.drafts.publish_title", { version: draft.newest_version + 1 })}
      isOpen={isOpen}
      onClose={onClose}
      submitWords={t("office.drafts.publish_now")}
      readAgain={() => readAgain("/api/v1/process-definition")}
      fieldOf={(field) => [field]}
      onSubmit={async ({ note }) => {
        await once((header) =>
          api.POST("/api/v1/process-definitions", {
            params: { header },
            body: { definition: draft.definition, version: draft.newest_version, note },
          }),
        );
        closeTab(draftAddress(draft.code));
        await navigate(`/office/definitions/${draft.code}`);
        await Promise.all([readAgain("/api/v1/process-definitions"), readDraftsAgain()]);
      }}
      note={
        <Alert
          type="info"
          showIcon
          title={running === undefined ? t("common.loading") : t("office.drafts.stay", { count: running })}
          description={t("office.drafts.at_once")}
          style={{ marginBottom: 20 }}
        />
      }
    >
      <Form.Item
        name="note"
        label={t("office.drafts.note")}
        rules={[{ required: true, whitespace: true, message: t("office.required") }]}
      >
        <Input.TextArea rows={3} maxLength={500} placeholder={t("office.drafts.note_hint")} />
      </Form.Item>
    </FormDrawer>
  );
}
