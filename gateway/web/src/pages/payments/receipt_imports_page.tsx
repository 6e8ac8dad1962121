import { TableOutlined, UploadOutlined } from "@ant-design/icons";
import { Progress } from "antd";
import { useMemo } from "react";
import { minuteOf } from "../../format/dates";
import { money, quantity } from "../../format/figures";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { LinkButton } from "../../shell/link_button";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { useMappingNames } from "./use_mapping_names";

type ReceiptImport = RowOf<"/api/v1/receipt-imports">;

/** The imports of bank statements, the newest first. */
export function ReceiptImportsPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.receipt_imports"));
  const nameOf = useMappingNames();
  const columns = useMemo<Column<ReceiptImport>[]>(() => {
    const count = (name: "new" | "known" | "skipped" | "wrong"): Column<ReceiptImport> => ({
      key: name,
      title: t(`payments.imports.${name}`),
      width: 80,
      align: "right",
      show: (each) => (
        <span className={name === "wrong" && each.wrong > 0 ? "figure loss" : "figure"}>{quantity(each[name])}</span>
      ),
      onPhone: "line",
    });
    return [
      {
        key: "file",
        title: t("payments.imports.file"),
        width: 260,
        show: (each) => each.file_name,
        onPhone: "title",
      },
      {
        key: "state",
        title: t("payments.state"),
        width: 150,
        show: (each) =>
          each.state === "running" && each.line_count ? (
            <Progress
              size="small"
              percent={Math.floor((each.done_lines / each.line_count) * 100)}
              aria-label={t("common.job.progress")}
            />
          ) : (
            <StateTag of="job_state" state={each.state} />
          ),
        onPhone: "corner",
      },
      count("new"),
      count("known"),
      count("skipped"),
      count("wrong"),
      {
        key: "amount",
        title: t("payments.imports.amount"),
        width: 140,
        align: "right",
        show: (each) => <span className="figure">{money(each.amount)}</span>,
        onPhone: "line",
      },
      {
        key: "mapping",
        title: t("payments.imports.mapping"),
        width: 140,
        show: (each) => nameOf(each.mapping),
      },
      { key: "by", title: t("payments.imports.by"), width: 100, show: (each) => each.created_by_name },
      {
        key: "at",
        title: t("payments.imports.at"),
        width: 150,
        sort: "created_at",
        show: (each) => <span className="figure">{minuteOf(each.created_at)}</span>,
        onPhone: "text",
      },
    ];
  }, [t, nameOf]);
  const toImport = (
    <LinkButton type="primary" icon={<UploadOutlined />} to="/receipt-imports/new">
      {t("payments.receipts.import")}
    </LinkButton>
  );
  return (
    <Page
      title={t("shell.menu.receipt_imports")}
      isFilled
      actions={
        <>
          <LinkButton icon={<TableOutlined />} to="/bank-mappings">
            {t("payments.imports.mappings")}
          </LinkButton>
          {toImport}
        </>
      }
    >
      <RecordList
        name="receipt_imports"
        path="/api/v1/receipt-imports"
        columns={columns}
        addressOf={(each) => `/receipt-imports/${each.id}`}
        empty={t("payments.imports.empty")}
      />
    </Page>
  );
}
