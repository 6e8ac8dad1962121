import { Alert, DatePicker, Space, Table, Tag } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { Link } from "react-router";
import { query, type Schemas } from "../../../api/client";
import { Loaded } from "../../../shell/states";
import { useWords } from "../../../words";
import type { FunnelContent } from "./policy_contents";

/** How many customers the sweep of a day would move by the proposed policy, beside the one in force. */
export function FunnelPreview({ proposed }: { proposed: FunnelContent }) {
  const { t } = useWords();
  const [day, setDay] = useState<string>();
  const preview = query.useQuery(
    "post",
    "/api/v1/policies/funnel/preview",
    { body: { ...proposed, as_of: day ?? null } },
    { staleTime: 0, gcTime: 0 },
  );
  return (
    <section aria-label={t("office.policies.preview")}>
      <Space style={{ marginBottom: 12 }} wrap>
        <span>{t("office.policies.sweep_of")}</span>
        <DatePicker
          aria-label={t("office.policies.sweep_of")}
          value={day === undefined ? null : dayjs(day)}
          placeholder={preview.data?.as_of ?? t("office.policies.tonight")}
          onChange={(chosen) => setDay(chosen?.format("YYYY-MM-DD"))}
        />
      </Space>
      <Loaded query={preview}>{(found) => <PreviewTable preview={found} />}</Loaded>
    </section>
  );
}

function PreviewTable({ preview }: { preview: Schemas["PolicyPreview"] }) {
  const { t, term } = useWords();
  const more = preview.proposed - preview.in_force;
  const moving = preview.moves.filter(({ proposed, in_force }) => proposed > 0 || in_force > 0);
  const difference = (count: number) => (count > 0 ? `+${count}` : String(count));
  return (
    <>
      <Alert
        type={more > 0 ? "warning" : "info"}
        showIcon
        title={t("office.policies.would_move", { day: preview.as_of, proposed: preview.proposed })}
        description={t("office.policies.against", { in_force: preview.in_force, difference: difference(more) })}
        style={{ marginBottom: 12 }}
      />
      {moving.length > 0 && (
        <Table
          size="small"
          rowKey="rule"
          pagination={false}
          dataSource={moving}
          scroll={{ x: "max-content" }}
          expandable={{
            rowExpandable: ({ customers }) => customers.length > 0,
            expandedRowRender: (move) => <MovedCustomers move={move} />,
          }}
          columns={[
            {
              key: "rule",
              title: t("office.policies.rule_title"),
              render: (_, move) => (
                <>
                  <div>{term("funnel_rule", move.rule)}</div>
                  <div className="quiet">
                    {term("tier", move.from_tier)} → {term("tier", move.to_tier)}
                  </div>
                </>
              ),
            },
            {
              key: "in_force",
              title: t("office.policies.by_present"),
              align: "right",
              render: (_, move) => move.in_force,
            },
            {
              key: "proposed",
              title: t("office.policies.by_proposed"),
              align: "right",
              render: (_, move) => move.proposed,
            },
            {
              key: "difference",
              title: t("office.policies.difference"),
              align: "right",
              render: (_, move) => difference(move.proposed - move.in_force),
            },
          ]}
        />
      )}
    </>
  );
}

/** Some of whom the proposed policy would move: all, if they are few. */
function MovedCustomers({ move: { customers, proposed } }: { move: Schemas["PreviewedMove"] }) {
  const { t } = useWords();
  return (
    <>
      <ul className="office-diff">
        {customers.map(({ id, name, owner_name, is_new }) => (
          <li key={id}>
            <Link to={`/customers/${id}`} target="_blank">
              {name}
            </Link>{" "}
            <span className="quiet">{owner_name}</span> {is_new && <Tag>{t("office.policies.newly_moved")}</Tag>}
          </li>
        ))}
      </ul>
      {proposed > customers.length && (
        <p className="quiet">{t("office.policies.and_more", { count: proposed - customers.length })}</p>
      )}
    </>
  );
}
