import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Timeline } from "antd";
import { minuteOf } from "../../../format/dates";
import { EmptyState, Loaded } from "../../../shell/states";
import { useWords } from "../../../words";

/** Of every policy: which version it is, who set it when, and why. */
export interface Version {
  version: number;
  reason: string;
  set_by_name: string | null;
  set_at: string | null;
}

interface VersionHistoryProps<Set extends Version> {
  /** The address that answers the versions; what is read again there is read again here. */
  path: string;
  readPage: (cursor: string, signal: AbortSignal) => Promise<{ items: Set[]; next_cursor: string | null } | undefined>;
  lines: Lines<Set>;
}

/** Who set a policy when and why, and what changed by it; the newest first. */
export function VersionHistory<Set extends Version>({ path, readPage, lines }: VersionHistoryProps<Set>) {
  const { t } = useWords();
  const history = useInfiniteQuery({
    queryKey: ["versions", path],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  return (
    <section className="office-panel">
      <h2>{t("office.policies.history")}</h2>
      <Loaded query={history} rows={3}>
        {({ pages }) => {
          const versions = pages.flatMap((page) => page?.items ?? []);
          if (versions.length === 0) {
            return <EmptyState words={t("office.policies.never_set")} />;
          }
          return (
            <>
              <Timeline
                style={{ marginTop: 20 }}
                items={versions.map((version, index) => ({
                  key: version.version,
                  content: (
                    <>
                      <div>
                        <strong>{version.set_by_name}</strong>{" "}
                        <span className="quiet">{version.set_at && minuteOf(version.set_at)}</span>{" "}
                        <span className="quiet">{t("office.policies.version", { version: version.version })}</span>
                      </div>
                      <div>{version.reason}</div>
                      <Changes before={versions[index + 1]} after={version} lines={lines} />
                    </>
                  ),
                }))}
              />
              {history.hasNextPage && (
                <Button loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
                  {t("common.list.load_more")}
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

/** A policy in words, a line for each thing that is set. */
export type Lines<Set> = (policy: Set) => { key: string; label: string; value: string }[];

interface ChangesProps<Set> {
  /** Undefined where it is not shown. */
  before: Set | undefined;
  after: Set;
  lines: Lines<Set>;
}

export function Changes<Set>({ before, after, lines }: ChangesProps<Set>) {
  if (before === undefined) {
    return null;
  }
  const earlier = new Map(lines(before).map(({ key, value }) => [key, value]));
  return (
    <ul className="office-diff">
      {lines(after)
        .filter(({ key, value }) => earlier.get(key) !== value)
        .map(({ key, label, value }) => (
          <li key={key}>
            <span className="quiet">{label}</span> <del>{earlier.get(key)}</del> → {value}
          </li>
        ))}
    </ul>
  );
}
