import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useEffect, useRef } from "react";
import { api } from "../../api/client";
import { asProblem } from "../../api/problem";
import { dayOf } from "../../format/dates";
import { money } from "../../format/figures";
import { useWords, type WordsInUse } from "../../words";
import { type FieldProps, textOf } from "../field";

interface Reversible {
  value: string;
  label: string;
  note: string;
}

const PAGE = 200;

/** What of a customer's can be reversed, by the kind of reversal: what is reversed, red or void already is left out. */
async function reversible(
  kind: string,
  customerId: string,
  words: WordsInUse,
  signal: AbortSignal,
): Promise<Reversible[]> {
  const { term, t } = words;
  const asked = { customer_id: customerId, page_size: PAGE };
  switch (kind) {
    case "write_off": {
      const { data } = await api.GET("/api/v1/write-offs", {
        params: { query: { ...asked, state: "archived" } },
        signal,
      });
      return (data?.items ?? [])
        .filter(({ reverses }) => reverses === null)
        .map((each) => ({
          value: each.id,
          label: `${money(each.amount)} · ${dayOf(each.finished_at ?? each.started_at)}`,
          note: [each.started_by_name, each.remarks].filter(Boolean).join(" · "),
        }));
    }
    case "invoice": {
      const { data } = await api.GET("/api/v1/invoices", { params: { query: { ...asked, state: "issued" } }, signal });
      return (data?.items ?? [])
        .filter((each) => each.kind !== "red")
        .map((each) => ({
          value: each.id,
          label: `${each.number ?? "–"} · ${money(each.amount)}`,
          note: [term("invoice_kind", each.kind), term("invoice_type", each.type), each.issued_on]
            .filter(Boolean)
            .join(" · "),
        }));
    }
    case "bill": {
      const { data } = await api.GET("/api/v1/bills", { params: { query: asked }, signal });
      return (data?.items ?? [])
        .filter((each) => each.state !== "void" && each.void_process_id === null)
        .map((each) => ({
          value: each.id,
          label: `${each.number} · ${money(each.agreed_amount)}`,
          note: [each.product_name, each.month, term("bill_state", each.state)].join(" · "),
        }));
    }
    case "recharge": {
      const query = { ...asked, code: "recharge", state: "archived", box: "visible" as const };
      const { data } = await api.GET("/api/v1/processes", { params: { query }, signal });
      return (data?.items ?? []).map((each) => ({
        value: each.id,
        label: each.title,
        note: [each.initiator.name, dayOf(each.ended_at ?? each.started_at)].join(" · "),
      }));
    }
    case "prepay_refund": {
      const { data } = await api.GET("/api/v1/balances", { params: { query: asked }, signal });
      return (data?.items ?? []).map((each) => ({
        value: each.account_id,
        label: `${each.identifier} · ${t("processes.form.reversed.prepay", { amount: money(each.prepay) })}`,
        note: each.product_name,
      }));
    }
    default:
      return [];
  }
}

/** What is reversed: of the customer's, by the kind that was chosen. */
export function ReversedField({ value, onChange, values, subject, id, isReadOnly }: FieldProps) {
  const words = useWords();
  const { t } = words;
  const kind = textOf(values.kind);
  const before = useRef(kind);
  useEffect(() => {
    if (before.current !== kind) {
      before.current = kind;
      onChange(undefined);
    }
  }, [kind, onChange]);
  const found = useQuery({
    queryKey: ["reversible", kind, subject.customerId, words.language],
    queryFn: ({ signal }) => reversible(kind, subject.customerId, words, signal),
  });
  return (
    <>
      <Select
        id={id}
        disabled={isReadOnly}
        loading={found.isPending}
        showSearch={{ filterOption: (text, option) => `${option?.label} ${option?.note}`.includes(text) }}
        placeholder={t("processes.form.choose")}
        notFoundContent={found.isPending ? t("common.loading") : t("processes.form.reversed.none")}
        value={textOf(value) || undefined}
        onChange={(chosen: string) => onChange(chosen)}
        options={found.data ?? []}
        optionRender={({ data }) => (
          <div>
            {data.label}
            <div className="quiet">{data.note}</div>
          </div>
        )}
        style={{ width: "100%" }}
      />
      {found.error !== null && <p className="form-error">{asProblem(found.error).message}</p>}
    </>
  );
}
