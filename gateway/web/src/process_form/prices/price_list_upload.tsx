import { DownloadOutlined, UploadOutlined } from "@ant-design/icons";
import { Alert, App, Button, Modal, Table } from "antd";
import { useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { download, upload } from "../../api/upload";
import { showProblem } from "../../forms/problems";
import { useWords, type WordKey } from "../../words";

type PriceList = Schemas["PriceList"];

interface Refused {
  row: number;
  column: string;
  message: string;
}

const COLUMNS: Readonly<Record<string, WordKey>> = {
  segment: "processes.form.prices.country_or_operator",
  unit_price: "processes.form.prices.unit_price",
  valid_from: "processes.form.prices.from",
  valid_to: "processes.form.prices.to",
};

/** What is wrong with a list, by row: `rows.5.unit_price`. */
function refusedRows(problem: Problem): Refused[] {
  return problem.errors
    .flatMap(({ field, message }) => {
      const [, row, column = ""] = /^rows\.(\d+)\.?(\w*)$/.exec(field) ?? [];
      return row === undefined ? [] : [{ row: Number(row), column, message }];
    })
    .sort((a, b) => a.row - b.row);
}

/** A price list as a sheet: taken whole, or refused with what is wrong by row. */
export function PriceListUpload({ onTaken }: { onTaken: (list: PriceList) => void }) {
  const { t } = useWords();
  const { message, notification } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<{ name: string; rows: Refused[] }>();

  async function take(file: File) {
    setBusy(true);
    try {
      const list = await upload<PriceList>("/api/v1/price-tables", file);
      onTaken(list);
      message.success(t("processes.form.prices.taken", { count: list.prices.length }));
    } catch (error) {
      const rows = refusedRows(asProblem(error));
      if (rows.length > 0) {
        setRefused({ name: file.name, rows });
      } else {
        showProblem(error, { notification });
      }
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="form-bar">
      <input
        ref={input}
        type="file"
        accept=".xlsx,.xls"
        className="form-unseen"
        tabIndex={-1}
        aria-label={t("processes.form.prices.upload")}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = "";
          if (file !== undefined) {
            void take(file);
          }
        }}
      />
      <Button icon={<UploadOutlined />} loading={isBusy} onClick={() => input.current?.click()}>
        {t("processes.form.prices.upload")}
      </Button>
      <Button type="link" icon={<DownloadOutlined />} onClick={() => download("/api/v1/price-tables/template.xlsx")}>
        {t("processes.form.prices.template")}
      </Button>
      <Modal
        open={refused !== undefined}
        title={t("processes.form.prices.refused", { name: refused?.name ?? "" })}
        footer={null}
        onCancel={() => setRefused(undefined)}
        width={640}
      >
        <Alert
          type="error"
          showIcon
          title={t("processes.form.prices.refused_whole", { count: refused?.rows.length ?? 0 })}
        />
        <Table
          size="small"
          rowKey={({ row, column }) => `${row} ${column}`}
          dataSource={refused?.rows ?? []}
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          columns={[
            { title: t("processes.form.prices.refused_row"), dataIndex: "row", width: 80 },
            {
              title: t("processes.form.prices.refused_column"),
              dataIndex: "column",
              width: 140,
              render: (column: string) => {
                const key = COLUMNS[column];
                return key === undefined ? column : t(key);
              },
            },
            { title: t("processes.form.prices.refused_why"), dataIndex: "message" },
          ]}
        />
      </Modal>
    </div>
  );
}
