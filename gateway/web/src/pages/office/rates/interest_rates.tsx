import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, InputNumber, Statistic } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { api } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { minuteOf, thisMonth } from "../../../format/dates";
import { percentOf, shifted } from "../../../format/decimal_point";
import { FormDrawer } from "../../../forms/form_drawer";
import { SmallTable } from "../../../list/small_table";
import { useSession } from "../../../shell/session";
import { EmptyState, Loaded } from "../../../shell/states";
import { useWords } from "../../../words";
import { ReasonField } from "./dated_values";

const PATH = "/api/v1/interest-rates";

interface Entered {
  from_month: Dayjs;
  rate: string;
  reason: string;
}

/** The monthly rate of penalty and credit: what holds, and all that were set. */
export function InterestRates() {
  const { t } = useWords();
  const { may } = useSession();
  const [isSetting, setSetting] = useState(false);
  const rates = useInfiniteQuery({
    queryKey: ["history", PATH],
    initialPageParam: "",
    queryFn: async ({ pageParam: cursor, signal }) =>
      (await api.GET(PATH, { params: { query: { cursor } }, signal })).data,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  return (
    <Loaded query={rates}>
      {({ pages }) => {
        const now = pages[0];
        const items = pages.flatMap((page) => page?.items ?? []);
        const firstOpen = dayjs(`${now?.accrued_through ?? thisMonth()}-01`).add(now?.accrued_through ? 1 : 0, "month");
        return (
          <section className="office-panel">
            <div className="office-panel-head">
              <div>
                <h2>{t("office.rates.interest")}</h2>
                <span className="quiet">{t("office.rates.interest_note")}</span>
              </div>
              {may("interest_rates.write") && (
                <Button type="primary" onClick={() => setSetting(true)}>
                  {t("office.rates.set")}
                </Button>
              )}
            </div>
            <div className="office-counts">
              <Statistic
                title={t("office.rates.this_month", { month: thisMonth() })}
                value={now?.rate ? percentOf(now.rate) : t("common.none")}
              />
              <Statistic
                title={t("office.rates.accrued")}
                value={now?.accrued_through ? `${now.accrued_from} – ${now.accrued_through}` : t("common.none")}
              />
            </div>
            {items.length === 0 ? (
              <EmptyState words={t("office.rates.no_interest")} />
            ) : (
              <SmallTable
                keyOf={({ version }) => String(version)}
                rows={items}
                columns={[
                  { key: "from_month", title: t("office.rates.from_month"), show: ({ from_month }) => from_month },
                  {
                    key: "rate",
                    title: t("office.rates.monthly"),
                    align: "right",
                    show: ({ rate }) => percentOf(rate),
                  },
                  { key: "set_by", title: t("office.rates.set_by"), show: ({ set_by_name }) => set_by_name },
                  { key: "set_at", title: t("office.rates.set_at"), show: ({ set_at }) => minuteOf(set_at) },
                  { key: "reason", title: t("office.reason"), show: ({ reason }) => reason },
                ]}
              />
            )}
            {rates.hasNextPage && (
              <Button loading={rates.isFetchingNextPage} onClick={() => void rates.fetchNextPage()}>
                {t("common.list.load_more")}
              </Button>
            )}
            <FormDrawer<Entered>
              title={t("office.rates.set_title", { name: t("office.rates.interest") })}
              isOpen={isSetting}
              onClose={() => setSetting(false)}
              readAgain={() => readAgain(PATH)}
              onSubmit={async ({ from_month, rate, reason }) => {
                await api.PUT(PATH, {
                  body: {
                    from_month: from_month.format("YYYY-MM"),
                    rate: shifted(rate, -2),
                    reason,
                    version: now?.version ?? 0,
                  },
                });
                await readAgain(PATH);
              }}
            >
              <Form.Item
                name="from_month"
                label={t("office.rates.from_month")}
                extra={
                  now?.accrued_through ? t("office.rates.accrued_keep", { month: now.accrued_through }) : undefined
                }
                rules={[{ required: true, message: t("office.required") }]}
              >
                <DatePicker
                  picker="month"
                  minDate={now?.accrued_through ? firstOpen : undefined}
                  style={{ width: "100%" }}
                />
              </Form.Item>
              <Form.Item
                name="rate"
                label={t("office.rates.monthly")}
                rules={[{ required: true, message: t("office.required") }]}
              >
                <InputNumber stringMode min="0" max="10" precision={4} suffix="%" style={{ width: "100%" }} />
              </Form.Item>
              <ReasonField />
            </FormDrawer>
          </section>
        );
      }}
    </Loaded>
  );
}
