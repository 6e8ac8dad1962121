import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Tag } from "antd";
import { Link } from "react-router";
import { api, type Schemas } from "../../../api/client";
import { minuteOf } from "../../../format/dates";
import { SmallTable } from "../../../list/small_table";
import { Loaded } from "../../../shell/states";
import { useWords } from "../../../words";

const PATH = "/api/v1/process-definitions/{code}/versions";

export function useDefinitionVersions(code: string) {
  return useInfiniteQuery({
    queryKey: ["versions", PATH, code],
    initialPageParam: "",
    queryFn: async ({ pageParam: cursor, signal }) =>
      (await api.GET(PATH, { params: { path: { code }, query: { cursor } }, signal })).data,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
}

/** Every version: who published it when and why, and how many processes stay on it. */
export function VersionsTable({ code, shown }: { code: string; shown: number }) {
  const { t, term } = useWords();
  const versions = useDefinitionVersions(code);
  return (
    <Loaded query={versions} rows={3}>
      {({ pages }) => (
        <>
          <SmallTable<Schemas["DefinitionVersion"]>
            keyOf={({ version }) => String(version)}
            rows={pages.flatMap((page) => page?.items ?? [])}
            columns={[
              {
                key: "version",
                title: t("office.definitions.version"),
                show: ({ version, is_in_force, is_waiting }) => (
                  <>
                    {version === shown ? (
                      t("office.policies.version", { version })
                    ) : (
                      <Link to={`/office/definitions/${code}?version=${version}`}>
                        {t("office.policies.version", { version })}
                      </Link>
                    )}{" "}
                    {is_in_force && <Tag color="success">{t("office.definitions.in_force")}</Tag>}
                    {is_waiting && <Tag color="warning">{t("office.definitions.is_waiting")}</Tag>}
                  </>
                ),
              },
              {
                key: "origin",
                title: t("office.definitions.origin"),
                show: ({ origin }) => term("definition_origin", origin),
              },
              {
                key: "published",
                title: t("office.definitions.published"),
                show: ({ published_at, published_by_name }) =>
                  `${minuteOf(published_at)} ${published_by_name ?? t("office.definitions.product")}`,
              },
              { key: "note", title: t("office.definitions.note"), show: ({ note }) => note || "–" },
              {
                key: "running",
                title: t("office.definitions.running"),
                align: "right",
                show: ({ running }) => running,
              },
              {
                key: "processes",
                title: t("office.definitions.processes"),
                align: "right",
                show: ({ processes }) => processes,
              },
            ]}
          />
          {versions.hasNextPage && (
            <Button loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
              {t("common.list.load_more")}
            </Button>
          )}
        </>
      )}
    </Loaded>
  );
}
