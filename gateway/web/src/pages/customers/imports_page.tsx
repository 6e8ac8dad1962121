import { DownloadOutlined, InboxOutlined } from "@ant-design/icons";
import { Button, Checkbox, Progress, Upload } from "antd";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import type { Schemas } from "../../api/client";
import { download, upload } from "../../api/upload";
import { minuteOf } from "../../format/dates";
import { quantity } from "../../format/figures";
import { useAction } from "../../forms/use_action";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { ImportDrawer } from "./import_drawer";
import "./customers.css";

type CustomerImport = RowOf<"/api/v1/customer-imports">;

const LIST = ["/api/v1/customer-imports"];
const KEPT = ["import"];

/** Customers from a file: the template, the upload, how far it is, and every row that was refused with the reason. */
export function ImportsPage() {
  const { t } = useWords();
  useTitle(t("customers.import.title"));
  const [params, setParams] = useSearchParams();
  const columns = useImportColumns();

  function open(id: string | undefined) {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (id === undefined) {
          after.delete("import");
        } else {
          after.set("import", id);
        }
        return after;
      },
      { replace: true },
    );
  }

  return (
    <Page
      title={t("customers.import.title")}
      isFilled
      actions={
        <Button icon={<DownloadOutlined />} onClick={() => download("/api/v1/customer-import-template.xlsx")}>
          {t("customers.import.template")}
        </Button>
      }
      extra={<UploadFile onMade={({ id }) => open(id)} />}
    >
      <RecordList
        name="customer_imports"
        path="/api/v1/customer-imports"
        columns={columns}
        kept={KEPT}
        onOpen={({ id }) => open(id)}
        empty={t("customers.import.empty")}
      />
      <ImportDrawer id={params.get("import") ?? undefined} onClose={() => open(undefined)} />
    </Page>
  );
}

function UploadFile({ onMade }: { onMade: (made: Schemas["CustomerImport"]) => void }) {
  const { t } = useWords();
  const { act } = useAction();
  const [share, setShare] = useState<number>();
  const [isConfirmed, setConfirmed] = useState(false);

  async function send(file: File) {
    setShare(0);
    await act(
      async () =>
        onMade(
          await upload<Schemas["CustomerImport"]>(
            `/api/v1/customer-imports?confirm_near_duplicates=${isConfirmed}`,
            file,
            setShare,
          ),
        ),
      { readAgain: LIST },
    );
    setShare(undefined);
  }

  return (
    <div className="import-upload">
      <Upload.Dragger
        accept=".xlsx,.xls"
        multiple={false}
        showUploadList={false}
        disabled={share !== undefined}
        beforeUpload={(file) => {
          void send(file);
          return false;
        }}
      >
        {share === undefined ? (
          <p>
            <InboxOutlined /> {t("customers.import.drop")} <span className="quiet">{t("customers.import.limits")}</span>
          </p>
        ) : (
          <div role="status" aria-label={t("common.upload.uploading")}>
            <Progress percent={Math.round(share * 100)} aria-label={t("common.upload.uploading")} />
          </div>
        )}
      </Upload.Dragger>
      <Checkbox checked={isConfirmed} onChange={({ target }) => setConfirmed(target.checked)}>
        {t("customers.import.confirm_near")}
      </Checkbox>
    </div>
  );
}

function useImportColumns(): Column<CustomerImport>[] {
  const { t } = useWords();
  return useMemo(
    () => [
      { key: "file", title: t("customers.import.file"), width: 260, show: (each) => each.file_name, onPhone: "title" },
      {
        key: "state",
        title: t("customers.state"),
        width: 110,
        show: ({ state }) => <StateTag of="job_state" state={state} />,
        onPhone: "corner",
      },
      {
        key: "rows",
        title: t("customers.import.rows"),
        width: 100,
        align: "right",
        show: ({ row_count }) => quantity(row_count),
        onPhone: "line",
      },
      {
        key: "added",
        title: t("customers.import.added"),
        width: 100,
        align: "right",
        show: ({ added }) => quantity(added),
        onPhone: "line",
      },
      {
        key: "refused",
        title: t("customers.import.refused"),
        width: 100,
        align: "right",
        show: ({ refused }) => <span className={refused > 0 ? "loss" : ""}>{quantity(refused)}</span>,
        onPhone: "line",
      },
      {
        key: "by",
        title: t("customers.import.by"),
        width: 120,
        show: ({ created_by_name }) => created_by_name,
      },
      {
        key: "at",
        title: t("customers.import.at"),
        width: 160,
        sort: "created_at",
        show: ({ created_at }) => minuteOf(created_at),
        onPhone: "line",
      },
    ],
    [t],
  );
}
