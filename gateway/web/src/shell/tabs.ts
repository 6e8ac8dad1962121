/** What is open: records and forms, each a tab until it is closed. Kept for the browser's tab, so that a reload keeps them. */
import { useEffect, useSyncExternalStore } from "react";
import { useLocation } from "react-router";

export interface Tab {
  /** Where it is: path and query. */
  address: string;
  title: string;
}

const KEPT_AS = "l2c.tabs";
const TABS_MAX = 12;
const listeners = new Set<() => void>();

let tabs: readonly Tab[] = kept();

function kept(): Tab[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "[]");
    return Array.isArray(found) ? (found as Tab[]) : [];
  } catch {
    return [];
  }
}

function keep(next: readonly Tab[]): void {
  tabs = next;
  sessionStorage.setItem(KEPT_AS, JSON.stringify(next));
  for (const tell of listeners) {
    tell();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What makes two addresses one tab: the page, and what a form on it is about; filters and parts of it do not part them. */
export function placeOf(address: string): string {
  const [path = "", search = ""] = address.split("?");
  const subject = new URLSearchParams(search).get("subject");
  return subject === null ? path : `${path} ${subject}`;
}

export function useTabs(): readonly Tab[] {
  return useSyncExternalStore(subscribe, () => tabs);
}

export function openTab(tab: Tab): void {
  const at = tabs.findIndex(({ address }) => placeOf(address) === placeOf(tab.address));
  if (at >= 0) {
    keep(tabs.with(at, tab));
  } else {
    // The one opened first makes room.
    keep([...tabs, tab].slice(-TABS_MAX));
  }
}

/** @returns the tab to go to instead. */
export function closeTab(address: string): Tab | undefined {
  const at = tabs.findIndex((tab) => placeOf(tab.address) === placeOf(address));
  const left = tabs.filter((_, index) => index !== at);
  keep(left);
  return left[Math.min(at, left.length - 1)];
}

export function closeOtherTabs(address: string): void {
  keep(tabs.filter((tab) => placeOf(tab.address) === placeOf(address)));
}

export function closeAllTabs(): void {
  keep([]);
}

/**
 * What the page is called, in the browser's title; pages that one works on (`isTab`) also stay open as a tab.
 *
 * @param title undefined while it is not yet known.
 */
export function useTitle(title: string | undefined, { isTab = false }: { isTab?: boolean } = {}): void {
  const { pathname, search } = useLocation();
  useEffect(() => {
    if (title === undefined) {
      return;
    }
    document.title = `${title} · L2C`;
    // A page that was left may still be drawn until the next one is: what its reader has just closed stays closed.
    const isLeft = placeOf(pathname + search) !== placeOf(window.location.pathname + window.location.search);
    if (isTab && !isLeft) {
      openTab({ address: pathname + search, title });
    }
  }, [title, isTab, pathname, search]);
}
