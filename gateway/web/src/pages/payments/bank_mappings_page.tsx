import { PlusOutlined } from "@ant-design/icons";
import { Button, Card, Input, Space } from "antd";
import { useState } from "react";
import { query, type Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { BankMappingForm, type MappingFormStart } from "./bank_mapping_form";
import "./payments.css";
import { SmallTable } from "../../list/small_table";

type BankMapping = Schemas["BankMapping"];

/** How the statements of which bank are read. */
export function BankMappingsPage() {
  const { t, named } = useWords();
  useTitle(t("payments.imports.mappings"));
  const { may } = useSession();
  const mayWrite = may("bank_mappings.write");
  const mappings = query.useQuery("get", "/api/v1/bank-mappings");
  const [text, setText] = useState("");
  const [start, setStart] = useState<MappingFormStart>();
  // The one that is changed as it is by now, not as it was when its form was opened.
  const current = start?.kind === "change" && mappings.data?.items.find(({ code }) => code === start.mapping.code);
  const wanted = text.trim().toLowerCase();
  return (
    <Page
      title={t("payments.imports.mappings")}
      actions={
        mayWrite && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setStart({ kind: "new" })}>
            {t("payments.mappings.add")}
          </Button>
        )
      }
    >
      <Card>
        <Input.Search
          allowClear
          className="mapping-search"
          aria-label={t("payments.mappings.search")}
          placeholder={t("payments.mappings.search")}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <Loaded query={mappings}>
          {({ items }) => (
            <SmallTable<BankMapping>
              keyOf={({ code }) => code}
              rows={items.filter((each) =>
                [each.name_zh, each.name_en, each.code].some((name) => name.toLowerCase().includes(wanted)),
              )}
              empty={t("common.list.empty")}
              columns={[
                { key: "name", title: t("payments.mappings.name_zh"), show: (each) => named(each) },
                { key: "code", title: t("payments.mappings.code"), show: ({ code }) => code },
                {
                  key: "columns",
                  title: t("payments.mappings.columns"),
                  onPhone: "text",
                  show: (each) => (
                    <span className="quiet">
                      {[each.columns.payer_name, each.columns.amount, each.columns.received_at]
                        .map((parts) => parts?.map(([header]) => header).join(" + "))
                        .join(" · ")}
                    </span>
                  ),
                },
                {
                  key: "changed",
                  title: t("payments.mappings.changed"),
                  onPhone: "text",
                  show: (each) =>
                    each.changed_at === null
                      ? t("payments.mappings.delivered")
                      : `${each.changed_by_name} · ${minuteOf(each.changed_at)}`,
                },
                ...(mayWrite
                  ? [
                      {
                        key: "actions",
                        title: t("common.actions"),
                        onPhone: "foot" as const,
                        show: (each: BankMapping) => (
                          <Space>
                            <Button size="small" onClick={() => setStart({ kind: "change", mapping: each })}>
                              {t("common.edit")}
                            </Button>
                            <Button size="small" onClick={() => setStart({ kind: "copy", mapping: each })}>
                              {t("payments.mappings.copy")}
                            </Button>
                          </Space>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          )}
        </Loaded>
      </Card>
      <BankMappingForm
        start={current ? { kind: "change", mapping: current } : start}
        onClose={() => setStart(undefined)}
      />
    </Page>
  );
}
