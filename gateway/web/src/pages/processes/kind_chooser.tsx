import { useSearchParams } from "react-router";
import { query } from "../../api/client";
import { useWords } from "../../words";
import type { CountedBox } from "./boxes";

/** How many of each kind lie in a box; a click shows one kind alone, one more all of them. */
export function KindChooser({ box }: { box: CountedBox }) {
  const { t, named } = useWords();
  const [params, setParams] = useSearchParams();
  const { data } = query.useQuery("get", "/api/v1/processes/counts", { params: { query: { box } } });
  const chosen = params.get("code") ?? "";
  const kinds = (data?.items ?? []).filter(({ code, count }) => count > 0 || code === chosen);
  if (data === undefined || kinds.length === 0) {
    return null;
  }
  function choose(code: string) {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        // The node is one of the kind that was chosen before.
        after.delete("node");
        if (code === "" || code === chosen) {
          after.delete("code");
        } else {
          after.set("code", code);
        }
        return after;
      },
      { replace: true },
    );
  }
  const all = {
    code: "",
    name_zh: t("common.all"),
    name_en: t("common.all"),
    count: data.total,
    overdue: data.total_overdue,
    unread: data.total_unread,
  };
  return (
    <fieldset className="kinds" aria-label={t("processes.kinds")}>
      {[all, ...kinds].map((kind) => (
        <button
          key={kind.code}
          type="button"
          className="kind"
          aria-pressed={kind.code === chosen}
          onClick={() => choose(kind.code)}
        >
          <span>{named(kind)}</span> <span className="kind-count figure">{kind.count}</span>
          {kind.overdue > 0 && (
            <span className="kind-overdue"> {t("processes.count_overdue", { count: kind.overdue })}</span>
          )}
          {kind.unread > 0 && (
            <span className="kind-unread"> {t("processes.count_unread", { count: kind.unread })}</span>
          )}
        </button>
      ))}
    </fieldset>
  );
}
