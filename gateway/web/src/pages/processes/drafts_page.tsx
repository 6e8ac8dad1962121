import { DeleteOutlined } from "@ant-design/icons";
import { Button, Popconfirm } from "antd";
import { Link } from "react-router";
import { api, query, type Schemas } from "../../api/client";
import { ago, minuteOf } from "../../format/dates";
import { useAction } from "../../forms/use_action";
import { addressOfRunning } from "../../process_form/use_draft";
import { Page } from "../../shell/page";
import { EmptyState, Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import "./processes.css";
import { SmallTable } from "../../list/small_table";
import { startAddress } from "./start_address";

type Draft = Schemas["DraftRow"];

/** What was begun and not sent, the newest first. */
export function DraftsPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.drafts"));
  const drafts = query.useQuery("get", "/api/v1/drafts");
  return (
    <Page title={t("shell.menu.drafts")}>
      <Loaded query={drafts}>
        {({ items }) =>
          items.length === 0 ? <EmptyState words={t("processes.drafts.empty")} /> : <Drafts drafts={items} />
        }
      </Loaded>
    </Page>
  );
}

function Drafts({ drafts }: { drafts: Draft[] }) {
  const { t, named } = useWords();
  const { isBusy, act } = useAction();
  const remove = ({ key }: Draft) =>
    act(() => api.DELETE("/api/v1/drafts/{key}", { params: { path: { key } } }), {
      readAgain: ["/api/v1/drafts"],
      done: t("processes.drafts.deleted"),
    });
  return (
    <SmallTable
      isFramed
      keyOf={({ key }) => key}
      isBusy={isBusy}
      rows={drafts}
      columns={[
        {
          key: "title",
          title: t("processes.column.title"),
          show: (draft) => <Link to={addressOf(draft)}>{draft.title || kindOf(draft, named)}</Link>,
        },
        { key: "kind", title: t("processes.column.kind"), show: (draft) => kindOf(draft, named) },
        {
          key: "saved_at",
          title: t("processes.drafts.saved_at"),
          show: ({ saved_at }) => <time title={minuteOf(saved_at)}>{ago(saved_at)}</time>,
        },
        {
          key: "actions",
          title: t("common.actions"),
          onPhone: "corner",
          show: (draft) => (
            <Popconfirm
              title={t("processes.drafts.delete")}
              okText={t("common.delete")}
              cancelText={t("common.cancel")}
              okButtonProps={{ danger: true }}
              onConfirm={() => remove(draft)}
            >
              <Button
                type="text"
                danger
                icon={<DeleteOutlined />}
                aria-label={t("processes.drafts.delete_named", { title: draft.title || kindOf(draft, named) })}
              />
            </Popconfirm>
          ),
        },
      ]}
    />
  );
}

function kindOf(
  { name_zh, name_en, code }: Draft,
  named: (names: { name_zh: string; name_en: string }) => string,
): string {
  return name_zh === null || name_en === null ? (code ?? "–") : named({ name_zh, name_en });
}

function addressOf({ code, key }: Draft): string {
  return addressOfRunning(key) ?? `${startAddress(code ?? "")}?draft=${encodeURIComponent(key)}`;
}
