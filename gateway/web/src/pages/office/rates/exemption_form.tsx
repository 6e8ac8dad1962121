import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useRef, useState } from "react";
import { api, query } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { thisMonth } from "../../../format/dates";
import { FollowRecord } from "../../../forms/follow_record";
import { FormDrawer } from "../../../forms/form_drawer";
import { RemoteSelect } from "../../../pick/remote_select";
import { inClauses, useWords } from "../../../words";
import { ReasonField } from "./dated_values";
import { type Editing, type Exemption, periodWords } from "./exemptions_page";

interface Entered {
  account_id: string;
  periods: { from_month: Dayjs; to_month?: Dayjs | null }[];
  reason: string;
}

const PATH = "/api/v1/interest-exemptions";
const FOUND_MAX = 20;
const PERIODS_MAX = 24;

const monthOf = (month: string | null | undefined) => (month ? dayjs(`${month}-01`) : undefined);

function periodsOf({ periods }: Exemption): Entered["periods"] {
  return periods.map(({ from_month, to_month }) => ({
    from_month: dayjs(`${from_month}-01`),
    to_month: monthOf(to_month),
  }));
}

/** What the form begins with: an account that was never left out is left out from this month on. */
function begunWith({ exemption, isEnding }: Editing): Entered["periods"] {
  if (exemption === undefined || exemption.periods.length === 0) {
    return [{ from_month: dayjs(`${thisMonth()}-01`) }];
  }
  return periodsOf(exemption).map(({ from_month, to_month }) => ({
    from_month,
    to_month: to_month ?? (isEnding ? monthOf(thisMonth()) : undefined),
  }));
}

/** The account's exemption as it is by now: as it was seen, until it is read again. */
function usePresent(seen: Exemption | undefined): Exemption | undefined {
  const { data } = query.useQuery(
    "get",
    PATH,
    { params: { query: { account_id: seen?.account_id, all: true } } },
    { enabled: seen !== undefined },
  );
  return data?.items[0] ?? seen;
}

/** In which months an account is left out of penalty and credit. */
export function ExemptionForm({ editing, onClose }: { editing: Editing | undefined; onClose: () => void }) {
  const { t } = useWords();
  const found = useRef(new Map<string, Exemption>());
  const [chosen, setChosen] = useState<Exemption>();
  const exemption = editing?.exemption;
  const present = usePresent(exemption ?? chosen);
  return (
    <FormDrawer<Entered>
      title={exemption ? t("office.exemptions.edit", { account: exemption.identifier }) : t("office.exemptions.add")}
      isOpen={editing !== undefined}
      onClose={() => {
        setChosen(undefined);
        onClose();
      }}
      readAgain={() => readAgain(PATH)}
      initialValues={editing && { account_id: exemption?.account_id, periods: begunWith(editing) }}
      onSubmit={async ({ account_id, periods, reason }) => {
        await api.PUT(PATH, {
          body: {
            account_id,
            version: present?.version ?? 0,
            reason,
            periods: periods.map(({ from_month, to_month }) => ({
              from_month: from_month.format("YYYY-MM"),
              to_month: to_month?.format("YYYY-MM") ?? null,
            })),
          },
        });
        await readAgain(PATH);
      }}
    >
      {(form) => (
        <>
          {present && (
            <FollowRecord
              key={present.account_id}
              version={present.version}
              values={{ periods: periodsOf(present) }}
              inWords={() => inClauses(present.periods.map((period) => periodWords(period, t))) || t("common.none")}
            />
          )}
          {exemption === undefined ? (
            <Form.Item
              name="account_id"
              label={t("office.exemptions.account")}
              rules={[{ required: true, message: t("office.required") }]}
            >
              <RemoteSelect
                name="interest exemption"
                placeholder={t("office.exemptions.search")}
                find={async (q, signal) => {
                  const { data } = await api.GET(PATH, {
                    params: { query: { q, all: true, page_size: FOUND_MAX } },
                    signal,
                  });
                  const items = data?.items ?? [];
                  for (const each of items) {
                    found.current.set(each.account_id, each);
                  }
                  return items.map((each) => ({
                    value: each.account_id,
                    label: each.identifier,
                    note: each.customer_name,
                  }));
                }}
                onChange={(id) => {
                  const account = id === undefined ? undefined : found.current.get(id);
                  setChosen(account);
                  form.setFieldsValue({ account_id: id, periods: begunWith({ exemption: account }) });
                }}
              />
            </Form.Item>
          ) : (
            <>
              <Form.Item name="account_id" hidden>
                <input />
              </Form.Item>
              <p className="quiet">{exemption.customer_name}</p>
            </>
          )}
          <Periods />
          <ReasonField />
        </>
      )}
    </FormDrawer>
  );
}

function Periods() {
  const { t } = useWords();
  return (
    <Form.Item label={t("office.exemptions.periods")} extra={t("office.exemptions.periods_note")}>
      <Form.List name="periods">
        {(fields, { add, remove }, { errors, warnings }) => (
          <>
            {fields.map(({ key, name }) => (
              <Space key={key} align="baseline">
                <Form.Item name={[name, "from_month"]} rules={[{ required: true, message: t("office.required") }]}>
                  <DatePicker
                    picker="month"
                    placeholder={t("office.exemptions.from")}
                    aria-label={t("office.exemptions.from")}
                  />
                </Form.Item>
                <Form.Item name={[name, "to_month"]}>
                  <DatePicker
                    picker="month"
                    placeholder={t("office.exemptions.open")}
                    aria-label={t("office.exemptions.to")}
                  />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t("common.delete")}
                  onClick={() => remove(name)}
                />
              </Space>
            ))}
            <Button icon={<PlusOutlined />} disabled={fields.length >= PERIODS_MAX} onClick={() => add()}>
              {t("office.exemptions.add_period")}
            </Button>
            <Form.ErrorList errors={errors} warnings={warnings} />
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}
