import { DatePicker } from "antd";
import dayjs from "dayjs";
import { dayOf } from "../../../format/dates";
import type { Change } from "../../../list/filters";
import { useWords } from "../../../words";

/** The offset of the days that are asked for. */
const SHANGHAI = "+08:00";

interface AuditDaysProps {
  /** Instants: the first is included, the last is not. */
  from?: string;
  to?: string;
  onChange: Change;
}

/** From one day to another, both whole. */
export function AuditDays({ from, to, onChange }: AuditDaysProps) {
  const { t } = useWords();
  const first = from ? dayjs(dayOf(from)) : null;
  const last = to ? dayjs(dayOf(to)).subtract(1, "day") : null;
  const startOf = (day: dayjs.Dayjs) => `${day.format("YYYY-MM-DD")}T00:00:00${SHANGHAI}`;
  return (
    <DatePicker.RangePicker
      allowEmpty={[true, true]}
      placeholder={[`${t("office.audit.at")} ${t("common.list.from")}`, t("common.list.to")]}
      value={[first, last]}
      onChange={(days) =>
        onChange({
          from: days?.[0] ? startOf(days[0]) : undefined,
          to: days?.[1] ? startOf(days[1].add(1, "day")) : undefined,
        })
      }
      style={{ width: "100%" }}
    />
  );
}
