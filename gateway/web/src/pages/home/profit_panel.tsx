import { DownOutlined } from "@ant-design/icons";
import { Button, Dropdown, Segmented } from "antd";
import { useCallback, useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import type { Schemas } from "../../api/client";
import { thisMonth } from "../../format/dates";
import { fenOf, money } from "../../format/figures";
import { EmptyState } from "../../shell/states";
import { useWords } from "../../words";
import { Panel } from "./panel";
import { ProfitChart } from "./profit_chart";
import { type Compared, curvesOf, dayOfMonth, isFlat, type Measure, monthAway, standingOf } from "./profit_series";
import "./profit.css";

const MONTHS_BACK = 12;
const MEASURES: Measure[] = ["profit", "commission"];

/** Profit and commission as they grow, by day of a month against the one before. */
export function ProfitPanel({ profit }: { profit: Schemas["ProfitAndCommission"] }) {
  const { t, language } = useWords();
  const [params, setParams] = useSearchParams();
  const measure: Measure = params.get("of") === "commission" ? "commission" : "profit";
  const isByDay = params.get("by") === "day";
  const { month, last_month } = profit;
  const isOver = month.month !== thisMonth();
  const set = (name: string, value: string | undefined) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === undefined) {
          after.delete(name);
        } else {
          after.set(name, value);
        }
        return after;
      },
      { replace: true, preventScrollReset: true },
    );

  const named = useMemo(() => monthNames(language), [language]);
  const curves = useMemo(() => curvesOf(profit, measure, isByDay), [profit, measure, isByDay]);
  const dayWords = useCallback((day: number) => t("home.profit.day", { day }), [t]);
  const standing = {
    profit: standingOf(profit, "profit", isOver),
    commission: standingOf(profit, "commission", isOver),
  };
  const shown = standing[measure].toDate;
  const lastDay = dayOfMonth(month.days.at(-1)?.day ?? `${month.month}-01`);

  return (
    <Panel
      title={t("home.profit.title")}
      extra={
        <>
          <Segmented
            size="small"
            aria-label={t("home.profit.measure")}
            value={measure}
            onChange={(chosen) => set("of", chosen === "profit" ? undefined : chosen)}
            options={MEASURES.map((each) => ({ value: each, label: t(`home.profit.${each}`) }))}
          />
          <Segmented
            size="small"
            aria-label={t("home.profit.by")}
            value={isByDay ? "day" : "total"}
            onChange={(chosen) => set("by", chosen === "day" ? "day" : undefined)}
            options={[
              { value: "total", label: t("home.profit.by_total") },
              { value: "day", label: t("home.profit.by_day") },
            ]}
          />
          <MonthChooser
            month={month.month}
            named={named}
            onChoose={(chosen) => set("month", chosen === thisMonth() ? undefined : chosen)}
          />
        </>
      }
    >
      <dl className="profit-figures">
        {MEASURES.map((each) => (
          <Figure
            key={each}
            name={t(isOver ? `home.profit.whole_${each}` : `home.profit.to_date_${each}`)}
            compared={standing[each].toDate}
            against={t(isOver ? "home.profit.whole_before" : "home.profit.same_day", { day: lastDay })}
            isMain
          />
        ))}
        {!isOver &&
          MEASURES.map((each) => (
            <Figure
              key={each}
              name={t(`home.profit.today_${each}`)}
              compared={standing[each].lastDay}
              against={t("home.profit.that_day", { day: lastDay })}
            />
          ))}
      </dl>
      {isFlat(profit) ? (
        <EmptyState
          words={t("home.profit.empty")}
          action={<Link to="/bills?state=open">{t("home.profit.empty_step")}</Link>}
        />
      ) : (
        <>
          <p className="profit-key quiet" data-of={measure} aria-hidden="true">
            <span className="profit-key-now" /> {named(month.month)}
            <span className="profit-key-before" /> {named(last_month.month)}
            {!isOver && (
              <span className="figure">
                {t("home.profit.whole", { amount: money(standing[measure].lastMonthWhole) })}
              </span>
            )}
          </p>
          <ProfitChart
            curves={curves}
            measure={measure}
            isByDay={isByDay}
            nowWords={named(month.month)}
            beforeWords={named(last_month.month)}
            dayWords={dayWords}
            label={t("home.profit.picture", {
              measure: t(`home.profit.${measure}`),
              month: named(month.month),
              amount: money(shown.value),
              last: named(last_month.month),
              before: money(shown.before),
            })}
          />
          <DaysInFigures profit={profit} />
        </>
      )}
    </Panel>
  );
}

function Figure(props: { name: string; compared: Compared; against: string; isMain?: boolean }) {
  const { name, compared, against, isMain = false } = props;
  const { t } = useWords();
  const difference = fenOf(compared.difference) ?? 0n;
  const size = money(compared.difference.replace("-", ""));
  return (
    <div data-main={isMain}>
      <dt className="quiet">{name}</dt>
      <dd className="figure">{money(compared.value)}</dd>
      <dd className="profit-difference">
        {difference === 0n ? (
          <span className="quiet">{t("home.profit.same")}</span>
        ) : (
          <span className={difference > 0n ? "gain" : "loss"}>
            <span aria-hidden="true">{difference > 0n ? "▲" : "▼"} </span>
            {t(difference > 0n ? "home.profit.more" : "home.profit.less", { amount: size })}
          </span>
        )}
        <span className="quiet">{against}</span>
      </dd>
    </div>
  );
}

function MonthChooser(props: { month: string; named: (month: string) => string; onChoose: (month: string) => void }) {
  const { month, named, onChoose } = props;
  const { t } = useWords();
  const months = Array.from({ length: MONTHS_BACK }, (_, back) => monthAway(thisMonth(), -back));
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true,
        selectedKeys: [month],
        items: months.map((each) => ({ key: each, label: named(each) })),
        onClick: ({ key }) => onChoose(key),
      }}
    >
      <Button size="small" aria-label={t("home.profit.month", { month: named(month) })}>
        {named(month)}
        <DownOutlined />
      </Button>
    </Dropdown>
  );
}

/** The picture in figures. */
function DaysInFigures({ profit: { month } }: { profit: Schemas["ProfitAndCommission"] }) {
  const { t } = useWords();
  return (
    <details className="profit-days">
      <summary className="quiet">{t("home.profit.in_figures")}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("home.profit.date")}</th>
            <th scope="col">{t("home.profit.profit")}</th>
            <th scope="col">{t("home.profit.commission")}</th>
            <th scope="col">{t("home.profit.profit_to_date")}</th>
            <th scope="col">{t("home.profit.commission_to_date")}</th>
          </tr>
        </thead>
        <tbody>
          {month.days.map((day) => (
            <tr key={day.day}>
              <th scope="row">{day.day}</th>
              <td>{money(day.profit)}</td>
              <td>{money(day.commission)}</td>
              <td>{money(day.profit_to_date)}</td>
              <td>{money(day.commission_to_date)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** `2026-11` as 2026年11月 or November 2026. */
function monthNames(language: string): (month: string) => string {
  const format = new Intl.DateTimeFormat(language === "en" ? "en" : "zh-CN", {
    year: "numeric",
    month: "long",
    timeZone: "UTC",
  });
  return (month) => format.format(new Date(`${month}-01T00:00:00Z`));
}
