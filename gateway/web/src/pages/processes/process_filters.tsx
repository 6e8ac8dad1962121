import { useQuery } from "@tanstack/react-query";
import { Select, Space } from "antd";
import { useMemo } from "react";
import { api, query, type Schemas } from "../../api/client";
import type { Change, Filter, Option, Values } from "../../list/filters";
import { CustomerSelect, UserSelect } from "../../pick/selects";
import { useWords } from "../../words";
import type { Box } from "./boxes";

const STATES = ["running", "returned", "rejected", "withdrawn", "archived"] as const;
const EFFECTS = ["awaited", "in_force", "failed"] as const;
const PRODUCTS_MAX = 200;
const STALE_MS = 5 * 60_000;

/** What a box can be narrowed to; what its readers ask for most comes first. */
export function useProcessFilters(box: Box, codes: string[]): Filter[] {
  const { t, term, named } = useWords();
  const { data, isPending } = query.useQuery("get", "/api/v1/process-definitions", undefined, { staleTime: STALE_MS });
  const definitions = data?.items;
  return useMemo(() => {
    const kinds: Filter = {
      kind: "choice",
      name: "code",
      label: t("processes.column.kind"),
      isMultiple: true,
      isLoading: isPending,
      options: (definitions ?? []).map((definition) => ({ value: definition.code, label: named(definition) })),
    };
    const node: Filter = {
      kind: "choice",
      name: "node",
      label: t("processes.column.node"),
      isLoading: isPending,
      options: nodesOf(definitions ?? [], codes, named),
    };
    const customer: Filter = {
      kind: "own",
      names: ["customer_id", "product_id"],
      label: t("processes.column.customer"),
      show: (values, set) => <CustomerAndProduct values={values} set={set} />,
    };
    const started: Filter = { kind: "dates", from: "from", to: "to", label: t("processes.filter.started") };
    const decided: Filter = {
      kind: "dates",
      from: "decided_from",
      to: "decided_to",
      label: t("processes.filter.decided"),
    };
    const changed: Filter = {
      kind: "dates",
      from: "changed_from",
      to: "changed_to",
      label: t("processes.filter.changed"),
    };
    const state: Filter = {
      kind: "choice",
      name: "state",
      label: t("processes.column.state"),
      isMultiple: true,
      options: STATES.map((each) => ({ value: each, label: term("process_state", each) })),
    };
    const effect: Filter = {
      kind: "choice",
      name: "effect",
      label: t("processes.filter.effect"),
      options: EFFECTS.map((each) => ({ value: each, label: term("effect_state", each) })),
    };
    const only = (name: string, words: string): Filter => ({
      kind: "choice",
      name,
      label: words,
      options: [{ value: "true", label: words }],
    });
    const overdue = only("overdue", t("processes.filter.overdue"));
    const initiator: Filter = {
      kind: "own",
      names: ["initiator_id"],
      label: t("processes.column.initiator"),
      show: (values, set) => (
        <UserSelect
          label={t("processes.column.initiator")}
          placeholder={t("processes.column.initiator")}
          value={values.initiator_id}
          onChange={(chosen) => set({ initiator_id: chosen })}
        />
      ),
    };
    const search: Filter = { kind: "text", name: "q", label: t("processes.filter.search") };
    const byBox: Record<Box, Filter[]> = {
      todo: [started, overdue, node, customer, initiator, kinds],
      done: [decided, state, customer, kinds, node, initiator, started, changed, effect],
      started: [started, state, customer, effect, node, kinds, changed, overdue],
      copied: [started, only("unread", t("processes.filter.unread")), state, customer, node, initiator, kinds, changed],
      visible: [
        kinds,
        started,
        state,
        customer,
        node,
        initiator,
        overdue,
        effect,
        only("stuck", t("processes.filter.stuck")),
        changed,
      ],
    };
    return [search, ...byBox[box]];
  }, [box, codes, definitions, isPending, t, term, named]);
}

/** The nodes of the chosen kinds, or of all; those that several kinds have once. */
function nodesOf(
  definitions: Schemas["ShownDefinition"][],
  codes: string[],
  named: (names: { name_zh: string; name_en: string }) => string,
): Option[] {
  const nodes = definitions
    .filter(({ code }) => codes.length === 0 || codes.includes(code))
    .flatMap((definition) => definition.nodes);
  return [...new Map(nodes.map((node) => [node.code, { value: node.code, label: named(node) }])).values()];
}

/** A customer, and then one of its products. */
function CustomerAndProduct({ values, set }: { values: Values; set: Change }) {
  const { t } = useWords();
  const customerId = values.customer_id;
  const { data = [], isFetching } = useQuery({
    queryKey: ["pick", "products of", customerId],
    queryFn: async ({ signal }) => {
      const { data: page } = await api.GET("/api/v1/products", {
        params: { query: { customer_id: customerId, page_size: PRODUCTS_MAX } },
        signal,
      });
      return page?.items ?? [];
    },
    enabled: customerId !== undefined,
  });
  return (
    <Space orientation="vertical" size={8} style={{ width: "100%" }}>
      <CustomerSelect
        label={t("processes.column.customer")}
        placeholder={t("processes.column.customer")}
        value={customerId}
        onChange={(chosen) => set({ customer_id: chosen, product_id: undefined })}
      />
      {customerId !== undefined && (
        <Select
          allowClear
          loading={isFetching}
          aria-label={t("processes.filter.product")}
          placeholder={t("processes.filter.product")}
          value={values.product_id}
          options={data.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(chosen: string | undefined) => set({ product_id: chosen })}
          style={{ width: "100%" }}
        />
      )}
    </Space>
  );
}
