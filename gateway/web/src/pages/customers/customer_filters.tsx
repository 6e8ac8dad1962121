import { Slider } from "antd";
import { useMemo } from "react";
import { percent } from "../../format/figures";
import type { Filter, Option } from "../../list/filters";
import { departmentFilter, ownerFilter } from "../../pick/owner_filters";
import { useSession } from "../../shell/session";
import { useWords } from "../../words";
import { INDUSTRIES, OWNED_TIERS, PRODUCT_TYPES } from "./codes";

const FALL_DAYS = [0, 3, 7, 14, 30];

/** What a list of customers is narrowed by; `inPool` leaves out what pool customers have none of. */
export function useCustomerFilters({ inPool = false }: { inPool?: boolean } = {}): Filter[] {
  const { t, term } = useWords();
  const { is } = useSession();
  const seesOthers = !is("sales");
  return useMemo(() => {
    const codes = (group: "tier" | "product_type" | "industry", of: readonly string[]): Option[] =>
      of.map((value) => ({ value, label: term(group, value) }));
    const search: Filter = { kind: "text", name: "q", label: t("customers.search") };
    const shared: Filter[] = [
      {
        kind: "choice",
        name: "product_type",
        label: t("customers.product_type"),
        options: codes("product_type", PRODUCT_TYPES),
      },
      { kind: "choice", name: "industry", label: t("customers.industry"), options: codes("industry", INDUSTRIES) },
      { kind: "text", name: "region", label: t("customers.region") },
      { kind: "text", name: "source", label: t("customers.source") },
      { kind: "dates", from: "last_log_from", to: "last_log_to", label: t("customers.last_contact") },
      { kind: "flag", name: "never_contacted", label: t("customers.never_contacted") },
      completenessFilter(t("customers.completeness")),
    ];
    if (inPool) {
      return [search, ...shared];
    }
    const owners = [ownerFilter(t("customers.owner")), departmentFilter(t("customers.owner_department"))];
    return [
      search,
      {
        kind: "choice",
        name: "tier",
        label: t("customers.tier"),
        options: codes("tier", OWNED_TIERS),
        isMultiple: true,
      },
      // A salesperson sees none but his or her own.
      ...(seesOthers ? owners : []),
      {
        kind: "choice",
        name: "falls_within_days",
        label: t("customers.falls_within"),
        options: FALL_DAYS.map((days) => ({
          value: String(days),
          label: days === 0 ? t("customers.falls_tonight") : t("customers.funnel.falls", { days }),
        })),
      },
      ...shared,
      { kind: "dates", from: "contract_ends_from", to: "contract_ends_to", label: t("customers.contract_ends") },
      { kind: "flag", name: "protected", label: t("customers.protected") },
      { kind: "flag", name: "green", label: t("customers.green") },
    ];
  }, [t, term, seesOthers, inPool]);
}

const FIFTHS = 5;

/** A share counts in fifths: what a contact has of the five items. */
function completenessFilter(label: string): Filter {
  return {
    kind: "own",
    names: ["completeness_min", "completeness_max"],
    label,
    show: (values, set) => {
      const ends = [values.completeness_min ?? "0", values.completeness_max ?? "1"];
      return (
        <div>
          <span className="quiet">
            {label} {ends.map((share) => percent(share)).join(" – ")}
          </span>
          <Slider
            range
            min={0}
            max={FIFTHS}
            ariaLabelForHandle={[`${label} ≥`, `${label} ≤`]}
            tooltip={{ formatter: (fifths) => percent((fifths ?? 0) / FIFTHS) }}
            value={ends.map((share) => Math.round(Number(share) * FIFTHS))}
            onChange={([least = 0, most = FIFTHS]) =>
              set({
                completeness_min: least === 0 ? undefined : (least / FIFTHS).toFixed(1),
                completeness_max: most === FIFTHS ? undefined : (most / FIFTHS).toFixed(1),
              })
            }
          />
        </div>
      );
    },
  };
}
