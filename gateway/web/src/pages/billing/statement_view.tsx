import { DownloadOutlined, FileExcelOutlined } from "@ant-design/icons";
import { Alert, Button, Drawer, Grid, Progress } from "antd";
import type { Schemas } from "../../api/client";
import { download } from "../../api/upload";
import { money } from "../../format/figures";
import { FileContent } from "../../record/file_view";
import { Loaded } from "../../shell/states";
import { useWords } from "../../words";
import "./statement_view.css";
import { useStatement } from "./use_statement";

type Statement = Schemas["Statement"];

interface StatementViewProps {
  /** Undefined shows nothing. */
  id: string | undefined;
  onClose: () => void;
}

/** A statement: its PDF in place as soon as it is there, its usage detail to save as soon as that is. */
export function StatementView({ id, onClose }: StatementViewProps) {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().lg ?? true;
  const statement = useStatement(id);
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      title={
        statement.data
          ? t("billing.statement.title", { customer: statement.data.customer_name })
          : t("billing.statement.plain_title")
      }
      size={isWide ? 900 : "100%"}
      destroyOnHidden
      styles={{ body: { padding: 0, display: "flex", flexDirection: "column" } }}
    >
      <Loaded query={statement}>
        {(found) => (
          <>
            <div className="statement-head">
              <p className="statement-sum">
                {t("billing.statement.sum", {
                  bills: found.bill_count,
                  months: monthsOf(found),
                  amount: money(found.amount),
                  owed: money(found.owed),
                })}
              </p>
              <StatementFiles statement={found} />
            </div>
            {found.has_pdf ? (
              <FileContent path={`/api/v1/statements/${found.id}.pdf`} name={t("billing.statement.plain_title")} />
            ) : (
              <div className="statement-waiting">
                <Making statement={found} />
              </div>
            )}
          </>
        )}
      </Loaded>
    </Drawer>
  );
}

/** `2026-09 – 2026-10`, or the one month there is. */
export function monthsOf({ first_month, last_month }: Pick<Statement, "first_month" | "last_month">): string {
  return first_month === last_month ? first_month : `${first_month} – ${last_month}`;
}

/** Its two files, each saved as soon as it is made. */
function StatementFiles({ statement }: { statement: Statement }) {
  const { t } = useWords();
  const isMaking = statement.state === "queued" || statement.state === "running";
  return (
    <div className="statement-files">
      <Button
        icon={<DownloadOutlined />}
        disabled={!statement.has_pdf}
        onClick={() => download(`/api/v1/statements/${statement.id}.pdf`)}
      >
        {t("billing.statement.download_pdf")}
      </Button>
      <Button
        icon={<FileExcelOutlined />}
        disabled={!statement.has_xlsx}
        loading={!statement.has_xlsx && isMaking}
        onClick={() => download(`/api/v1/statements/${statement.id}.xlsx`)}
      >
        {statement.has_xlsx || !isMaking
          ? t("billing.statement.download_xlsx")
          : t("billing.statement.making_xlsx", { percent: shareOf(statement) })}
      </Button>
    </div>
  );
}

function Making({ statement }: { statement: Statement }) {
  const { t } = useWords();
  if (statement.state === "failed") {
    return (
      <Alert type="error" showIcon title={t("billing.statement.failed")} description={statement.errors.join("\n")} />
    );
  }
  return (
    <div role="status">
      <p>{t("billing.statement.making")}</p>
      <Progress percent={shareOf(statement)} status="active" aria-label={t("common.job.progress")} />
    </div>
  );
}

export function shareOf({ done, total, state }: { done: number; total: number | null; state: string }): number {
  if (state === "done") {
    return 100;
  }
  return total ? Math.floor((done / total) * 100) : 0;
}
