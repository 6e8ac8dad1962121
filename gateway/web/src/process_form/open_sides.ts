/** What of a customer can be written off: its receipts with a balance, and its bills with something outstanding. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, type Schemas } from "../api/client";
import { fenOf } from "../format/figures";
import type { Side } from "./allocation";

/** A receipt; `limit` is its balance. */
export interface OpenReceipt extends Side {
  receipt: Schemas["Receipt"];
}

/** A bill; `limit` is what is outstanding of it. */
export interface OpenBill extends Side {
  receivable: Schemas["Receivable"];
}

const PAGE_SIZE = 200;

interface OpenSides {
  /** The oldest first. Those that are held in full are among them: by a write-off that came back, it may be. */
  receipts: OpenReceipt[];
  /** What is due first on top. */
  bills: OpenBill[];
  isPending: boolean;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  more: () => void;
  readAgain: () => void;
}

export function useOpenSides(customerId: string): OpenSides {
  const receipts = useInfiniteQuery({
    queryKey: ["open", "/api/v1/receipts", customerId],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const asked = { customer_id: customerId, state: "matched", pool: false, sort: "received_at" } as const;
      const params = { query: { ...asked, page_size: PAGE_SIZE, cursor: pageParam } };
      return (await api.GET("/api/v1/receipts", { params, signal })).data;
    },
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  const bills = useInfiniteQuery({
    queryKey: ["open", "/api/v1/receivables", customerId],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const asked = { customer_id: customerId, unsettled: true, sort: "due_on" } as const;
      const params = { query: { ...asked, page_size: PAGE_SIZE, cursor: pageParam } };
      return (await api.GET("/api/v1/receivables", { params, signal })).data;
    },
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  const openReceipts = useMemo(
    () =>
      (receipts.data?.pages ?? [])
        .flatMap((page) => page?.items ?? [])
        .map((receipt) => ({ id: receipt.id, limit: fenOf(receipt.balance) ?? 0n, receipt })),
    [receipts.data],
  );
  const openBills = useMemo(
    () =>
      (bills.data?.pages ?? [])
        .flatMap((page) => page?.items ?? [])
        .map((receivable) => ({ id: receivable.bill_id, limit: fenOf(receivable.outstanding) ?? 0n, receivable })),
    [bills.data],
  );
  return {
    receipts: openReceipts,
    bills: openBills,
    isPending: receipts.isPending || bills.isPending,
    error: receipts.data && bills.data ? null : (receipts.error ?? bills.error),
    hasMore: receipts.hasNextPage || bills.hasNextPage,
    isLoadingMore: receipts.isFetchingNextPage || bills.isFetchingNextPage,
    more: () => {
      if (receipts.hasNextPage) {
        void receipts.fetchNextPage();
      }
      if (bills.hasNextPage) {
        void bills.fetchNextPage();
      }
    },
    readAgain: () => {
      void receipts.refetch();
      void bills.refetch();
    },
  };
}
