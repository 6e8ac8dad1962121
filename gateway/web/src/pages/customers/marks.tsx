/** Small marks that say the same of a customer wherever it stands: its tier, how completely it is known, when it was last contacted. */
import { LockOutlined, SafetyCertificateOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import type { Schemas } from "../../api/client";
import { dayOf, daysBetween, nearDay, today } from "../../format/dates";
import { percent } from "../../format/figures";
import { labelled, useWords } from "../../words";
import "./customers.css";

export function TierMark({ tier }: { tier: string }) {
  const { term } = useWords();
  return (
    <span className="tier" data-tier={tier}>
      {term("tier", tier)}
    </span>
  );
}

/** @param props.share `0.0` to `1.0`. */
export function Completeness({ share }: { share: string }) {
  const { t } = useWords();
  const words = percent(share);
  return (
    <span className="completeness" role="img" aria-label={t("customers.completeness_of", { share: words })}>
      <span className="completeness-bar">
        <span style={{ width: words }} data-full={share === "1.0" || share === "1"} />
      </span>
      <span className="figure">{words}</span>
    </span>
  );
}

/** How long it is since one was last in touch; never is said, not left blank. */
export function LastContact({ on }: { on: string | null }) {
  const { t } = useWords();
  return on === null ? <span className="loss">{t("customers.never")}</span> : <span title={on}>{nearDay(on)}</span>;
}

/** A day ahead; what is near or over stands out, by words too. */
export function DayAhead({ on, soonDays = 30 }: { on: string | null; soonDays?: number }) {
  if (on === null) {
    return <span className="quiet">–</span>;
  }
  const left = daysBetween(today(), on);
  return left > soonDays ? (
    <span>{on}</span>
  ) : (
    <span className="loss" title={nearDay(on)}>
      {on}
    </span>
  );
}

/** Beside a name: that it never falls, that it is a green customer, that somebody claims it. */
export function CustomerMarks({ customer }: { customer: Schemas["Customer"] }) {
  const { t } = useWords();
  const { is_protected, protection_reason, green_since, green_by_name, claimed_by_name } = customer;
  const green =
    green_since === null
      ? null
      : [t("customers.green_since", { day: dayOf(green_since) }), green_by_name].filter(Boolean).join(" · ");
  const protection = labelled(t("customers.protected"), protection_reason);
  return (
    <>
      {is_protected && (
        <Tooltip title={protection}>
          <LockOutlined className="mark" aria-label={protection} />
        </Tooltip>
      )}
      {green !== null && (
        <Tooltip title={green}>
          <SafetyCertificateOutlined className="mark gain" aria-label={green} />
        </Tooltip>
      )}
      {claimed_by_name !== null && (
        <span className="mark quiet">{t("customers.being_claimed", { name: claimed_by_name })}</span>
      )}
    </>
  );
}
