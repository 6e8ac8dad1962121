import { DatePicker, Form } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { api, query } from "../../api/client";
import { readAgain } from "../../api/queries";
import { money } from "../../format/figures";
import { changesOf } from "../../forms/changes";
import { FollowRecord } from "../../forms/follow_record";
import { FormDrawer } from "../../forms/form_drawer";
import { useWords } from "../../words";

interface RechargeDatesProps {
  processId: string | undefined;
  onClose: () => void;
}

const CHANGED = ["/api/v1/recharges", "/api/v1/accounts/{account_id}/ledger"];

/** When a recharge was really invoiced and paid; nothing else of it changes. */
export function RechargeDates({ processId, onClose }: RechargeDatesProps) {
  const { t } = useWords();
  const { data: recharge } = query.useQuery(
    "get",
    "/api/v1/recharges/{process_id}",
    { params: { path: { process_id: processId ?? "" } } },
    { enabled: processId !== undefined, staleTime: 0 },
  );
  const day = (value: string | null | undefined) => (value ? dayjs(value) : null);
  const shown = { invoiced_on: day(recharge?.invoiced_on), paid_on: day(recharge?.paid_on) };
  return (
    <FormDrawer<{ invoiced_on: Dayjs | null; paid_on: Dayjs | null }>
      // Its fields begin with what the recharge says.
      key={recharge?.process_id}
      title={t("billing.balance.enter_dates")}
      isOpen={processId !== undefined && recharge !== undefined}
      onClose={onClose}
      note={
        recharge && (
          <p>{t("billing.balance.recharge_of", { account: recharge.identifier, amount: money(recharge.amount) })}</p>
        )
      }
      initialValues={shown}
      readAgain={() => readAgain(...CHANGED)}
      onSubmit={async ({ invoiced_on, paid_on }) => {
        await api.PATCH("/api/v1/recharges/{process_id}", {
          params: { path: { process_id: processId ?? "" } },
          body: {
            ...changesOf(recharge ?? {}, {
              invoiced_on: invoiced_on?.format("YYYY-MM-DD") ?? null,
              paid_on: paid_on?.format("YYYY-MM-DD") ?? null,
            }),
            version: recharge?.version,
          },
        });
        await readAgain(...CHANGED);
      }}
    >
      {recharge && <FollowRecord version={recharge.version} values={shown} />}
      <Form.Item name="invoiced_on" label={t("billing.balance.invoiced_on")}>
        <DatePicker style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="paid_on" label={t("billing.balance.paid_on")}>
        <DatePicker style={{ width: "100%" }} />
      </Form.Item>
    </FormDrawer>
  );
}
