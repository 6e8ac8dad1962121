import { InboxOutlined } from "@ant-design/icons";
import { Form, Input, Progress, Upload, type UploadFile } from "antd";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { upload } from "../../api/upload";
import { FormDrawer } from "../../forms/form_drawer";
import { useWords } from "../../words";

interface UsageUploadProps {
  isOpen: boolean;
  onClose: () => void;
  onSent: (importId: string) => void;
}

interface Entered {
  files: UploadFile[];
  source: string;
  report_id?: string;
  replaces?: string;
}

/** A file of usage (CSV or xlsx) as one report. */
export function UsageUpload({ isOpen, onClose, onSent }: UsageUploadProps) {
  const { t } = useWords();
  const [share, setShare] = useState<number>();
  return (
    <FormDrawer<Entered>
      title={t("billing.usage.upload")}
      isOpen={isOpen}
      onClose={onClose}
      submitWords={t("billing.usage.send")}
      initialValues={{ source: "file", files: [] }}
      note={<p className="quiet">{t("billing.usage.upload_note")}</p>}
      onSubmit={async ({ files, source, report_id, replaces }) => {
        const file = files[0]?.originFileObj;
        if (file === undefined) {
          return;
        }
        const asked = new URLSearchParams({ source });
        if (report_id) {
          asked.set("report_id", report_id);
        }
        if (replaces) {
          asked.set("replaces", replaces);
        }
        setShare(0);
        try {
          const sent = await upload<Schemas["UsageImport"]>(`/api/v1/usage-imports?${asked}`, file, setShare);
          onSent(sent.id);
        } finally {
          setShare(undefined);
        }
      }}
    >
      <Form.Item
        name="files"
        label={t("billing.usage.file")}
        valuePropName="fileList"
        getValueFromEvent={({ fileList }: { fileList: UploadFile[] }) => fileList}
        rules={[{ required: true, type: "array", min: 1, message: t("billing.usage.choose_file") }]}
      >
        <Upload.Dragger accept=".csv,.xlsx" maxCount={1} beforeUpload={() => false}>
          <p className="ant-upload-drag-icon">
            <InboxOutlined />
          </p>
          <p>{t("common.upload.drop")}</p>
          <p className="quiet">{t("billing.usage.file_kinds")}</p>
        </Upload.Dragger>
      </Form.Item>
      {share !== undefined && <Progress percent={Math.round(share * 100)} aria-label={t("common.upload.uploading")} />}
      <Form.Item name="source" label={t("billing.usage.source")} rules={[{ required: true }]}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item name="report_id" label={t("billing.usage.report")} extra={t("billing.usage.report_note")}>
        <Input maxLength={128} />
      </Form.Item>
      <Form.Item name="replaces" label={t("billing.usage.replaces")} extra={t("billing.usage.replaces_note")}>
        <Input maxLength={128} />
      </Form.Item>
    </FormDrawer>
  );
}
