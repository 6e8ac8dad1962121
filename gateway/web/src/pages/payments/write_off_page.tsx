import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Descriptions, Tag } from "antd";
import { Link, useParams } from "react-router";
import type { Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { money } from "../../format/figures";
import { Neighbours } from "../../record/neighbours";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { StateTag } from "../../shell/state_tag";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { PairsTable } from "./pairs_table";
import "./payments.css";
import { LinkButton } from "../../shell/link_button";
import { writeOffOf } from "./records";

type WriteOff = Schemas["WriteOffDetail"];

/** A write-off: its amount for each pair, its process, and the reversal that it is under. */
export function WriteOffPage() {
  const { writeOffId = "" } = useParams();
  const writeOff = useQuery(writeOffOf(writeOffId));
  return <Loaded query={writeOff}>{(shown) => <WriteOffShown writeOff={shown} />}</Loaded>;
}

function WriteOffShown({ writeOff }: { writeOff: WriteOff }) {
  const { t } = useWords();
  const { is } = useSession();
  const title = t(writeOff.reverses === null ? "payments.write_offs.title" : "payments.write_offs.reversal_title", {
    customer: writeOff.customer_name,
  });
  useTitle(title, { isTab: true });
  const isReversible =
    is("sales", "sales_lead") &&
    writeOff.state === "archived" &&
    writeOff.reverses === null &&
    writeOff.reversal === null;
  const isWaiting = writeOff.state === "started";
  return (
    <Page
      title={title}
      note={<StateTag of="write_off_state" state={writeOff.state} />}
      actions={
        <>
          <Neighbours />
          {isReversible && (
            <LinkButton
              to={startAddress("reversal", writeOff.customer_id, { kind: "write_off", target_id: writeOff.id })}
            >
              {t("payments.write_offs.reverse")}
            </LinkButton>
          )}
          <LinkButton type={isWaiting ? "primary" : "default"} to={`/processes/${writeOff.id}`}>
            {t("payments.open_process")}
          </LinkButton>
        </>
      }
    >
      <div className="parts">
        {writeOff.reversal !== null && <ReversalNote reversal={writeOff.reversal} />}
        <Card>
          <Descriptions
            column={{ xs: 1, sm: 2, lg: 3 }}
            items={[
              {
                key: "customer",
                label: t("payments.customer"),
                children: <Link to={`/customers/${writeOff.customer_id}?tab=receipts`}>{writeOff.customer_name}</Link>,
              },
              {
                key: "amount",
                label: t("payments.write_offs.amount"),
                children: <strong className="figure">{money(writeOff.amount)}</strong>,
              },
              {
                key: "kind",
                label: t("payments.write_offs.kind"),
                children:
                  writeOff.reverses === null ? (
                    t(writeOff.automatic ? "payments.automatic" : "payments.by_hand")
                  ) : (
                    <>
                      <Tag>{t("payments.write_offs.reversal")}</Tag>
                      <Link to={`/write-offs/${writeOff.reverses}`}>{t("payments.write_offs.open_reversed")}</Link>
                    </>
                  ),
              },
              {
                key: "started_by",
                label: t("payments.write_offs.started_by"),
                children: writeOff.started_by_name || t("payments.write_offs.system"),
              },
              {
                key: "started_at",
                label: t("payments.write_offs.started_at"),
                children: minuteOf(writeOff.started_at),
              },
              {
                key: "finished_at",
                label: t("payments.write_offs.finished_at"),
                children: writeOff.finished_at === null ? "–" : minuteOf(writeOff.finished_at),
              },
              { key: "remarks", label: t("payments.remark"), span: "filled", children: writeOff.remarks || "–" },
              ...(writeOff.ended_why === null
                ? []
                : [
                    {
                      key: "ended",
                      label: t("payments.write_offs.ended"),
                      span: "filled" as const,
                      children: t("payments.write_offs.ended_by", {
                        name: writeOff.ended_by ?? "",
                        why: writeOff.ended_why,
                      }),
                    },
                  ]),
            ]}
          />
        </Card>
        <Card title={t("payments.receipt.use_tab")}>
          <PairsTable pairs={writeOff.pairs} sides={["receipt", "bill"]} empty={t("payments.match.no_pairs")} />
        </Card>
      </div>
    </Page>
  );
}

function ReversalNote({ reversal }: { reversal: NonNullable<WriteOff["reversal"]> }) {
  const { t } = useWords();
  const isDone = reversal.state === "archived";
  return (
    <Alert
      type="warning"
      showIcon
      title={t(isDone ? "payments.write_offs.was_reversed" : "payments.write_offs.under_reversal", {
        reason: reversal.reason,
      })}
      action={
        <Link to={isDone ? `/write-offs/${reversal.id}` : `/processes/${reversal.id}`}>
          {t("payments.write_offs.open_reversal")}
        </Link>
      }
    />
  );
}
