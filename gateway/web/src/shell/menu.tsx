/** The menu: what there is, who sees it, and where messages wait. */
import {
  AuditOutlined,
  BankOutlined,
  BellOutlined,
  FileTextOutlined,
  FundOutlined,
  HomeOutlined,
  InboxOutlined,
  PartitionOutlined,
  SettingOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type zh from "../words/zh/shell.json";
import type { Session } from "./session";

export interface MenuEntry {
  /** What it is called: `shell:menu.<name>`. */
  name: keyof typeof zh.menu;
  icon?: ReactNode;
  /** The page it opens; groups have none. */
  page?: string;
  /** Pages that belong to it and are no entries of their own. */
  also?: string[];
  /** Any of these permissions shows it; without any, everybody sees it. */
  needs?: string[];
  /** The counters (`GET /places`) that count what waits there. */
  places?: string[];
  below?: MenuEntry[];
}

export const MENU: MenuEntry[] = [
  { name: "home", icon: <HomeOutlined />, page: "/" },
  {
    name: "customers",
    icon: <TeamOutlined />,
    needs: ["customers.read"],
    below: [
      {
        name: "funnel",
        page: "/customers",
        places: ["customers.funnel", "customers.transfers", "customers.prices"],
        needs: ["customers.read"],
      },
      { name: "follow_ups", page: "/follow-ups", places: ["customers.follow_up"], needs: ["customers.read"] },
      { name: "contracts", page: "/contracts", places: ["customers.contracts"], needs: ["customers.read"] },
      { name: "accounts", page: "/accounts", places: ["customers.accounts"], needs: ["customers.read"] },
      { name: "balances", page: "/balances", places: ["customers.balances"], needs: ["balances.read"] },
    ],
  },
  { name: "pool", icon: <InboxOutlined />, page: "/pool", needs: ["customers.read"], places: ["customers.pool"] },
  {
    name: "processes",
    icon: <PartitionOutlined />,
    needs: ["processes.read"],
    below: [
      { name: "todo", page: "/processes?box=todo", places: ["processes.todo"], needs: ["processes.read"] },
      { name: "done", page: "/processes?box=done", needs: ["processes.read"] },
      { name: "started", page: "/processes?box=started", places: ["processes.started"], needs: ["processes.read"] },
      { name: "copied", page: "/processes?box=copied", places: ["processes.copied"], needs: ["processes.read"] },
      {
        name: "visible",
        page: "/processes?box=visible",
        places: ["processes.overdue", "processes.failed"],
        needs: ["processes.read"],
      },
      { name: "drafts", page: "/drafts", needs: ["drafts"] },
      { name: "deputies", page: "/deputies", places: ["processes.deputies"], needs: ["processes.act"] },
    ],
  },
  {
    name: "bills",
    icon: <FileTextOutlined />,
    needs: ["bills.read", "usage.read"],
    below: [
      {
        name: "bill_list",
        page: "/bills",
        places: ["bills.open", "bills.reconciled", "bills.closed"],
        needs: ["bills.read"],
      },
      { name: "refusals", page: "/bill-refusals", places: ["bills.refused"], needs: ["bills.read"] },
      { name: "statements", page: "/statements", needs: ["bills.read"] },
      { name: "usage", page: "/usage", needs: ["usage.read"] },
      { name: "billing_runs", page: "/billing-runs", needs: ["billing_runs.read"] },
    ],
  },
  {
    name: "payments",
    icon: <BankOutlined />,
    needs: ["receipts.read"],
    below: [
      {
        name: "receipts",
        page: "/receipts",
        also: ["/payer-aliases"],
        places: ["receipts.unmatched", "receipts.matched"],
        needs: ["receipts.read"],
      },
      { name: "receivables", page: "/receivables", needs: ["receivables.read"] },
      { name: "write_offs", page: "/write-offs", places: ["receipts.write_off"], needs: ["receivables.read"] },
      { name: "receipt_imports", page: "/receipt-imports", also: ["/bank-mappings"], needs: ["receipts.write"] },
    ],
  },
  { name: "invoices", icon: <AuditOutlined />, page: "/invoices", needs: ["invoices.read"], places: ["invoices"] },
  {
    name: "commission",
    icon: <FundOutlined />,
    needs: ["commission.read"],
    below: [
      { name: "commission", page: "/commission", places: ["commission"], needs: ["commission.read"] },
      { name: "interest", page: "/interest", needs: ["interest.read"] },
    ],
  },
  { name: "messages", icon: <BellOutlined />, page: "/messages", needs: ["messages.read"] },
  {
    name: "office",
    icon: <SettingOutlined />,
    needs: [
      "policies.read",
      "audit.read",
      "interest_exemptions.read",
      "processes.statistics",
      "jobs.read",
      "commission_rates.read",
    ],
    below: [
      { name: "users", page: "/office/users", needs: ["people.write"] },
      { name: "roles", page: "/office/roles", needs: ["people.write"] },
      { name: "policies", page: "/office/policies", needs: ["policies.read"] },
      { name: "rates", page: "/office/rates", needs: ["commission_rates.read"] },
      { name: "exemptions", page: "/office/exemptions", needs: ["interest_exemptions.read"] },
      { name: "definitions", page: "/office/definitions", needs: ["definitions.write"] },
      { name: "statistics", page: "/office/statistics", needs: ["processes.statistics"] },
      { name: "jobs", page: "/office/jobs", needs: ["jobs.read"] },
      { name: "tokens", page: "/office/tokens", needs: ["tokens.read"] },
      { name: "audit", page: "/office/audit", needs: ["audit.read"] },
    ],
  },
];

/** What of the menu somebody sees: groups only with something in them. */
export function menuFor(session: Session, entries: MenuEntry[] = MENU): MenuEntry[] {
  return entries
    .filter(({ needs }) => needs === undefined || needs.some(session.may))
    .map((entry) => (entry.below ? { ...entry, below: menuFor(session, entry.below) } : entry))
    .filter(({ below }) => below === undefined || below.length > 0);
}

/** The entry whose page an address shows: of those whose path it begins with, the one that says most of it. */
export function entryOf(entries: MenuEntry[], path: string, search: string): MenuEntry | undefined {
  const asked = new URLSearchParams(search);
  const fits = entries
    .flatMap((entry) => entry.below ?? [entry])
    .filter(({ page, also = [] }) =>
      [page, ...also].some((each) => {
        if (each === undefined) {
          return false;
        }
        const [wantedPath = "", wantedSearch = ""] = each.split("?");
        const isBelow = path === wantedPath || (wantedPath !== "/" && path.startsWith(`${wantedPath}/`));
        return isBelow && [...new URLSearchParams(wantedSearch)].every(([name, value]) => asked.get(name) === value);
      }),
    );
  return fits.sort((a, b) => (b.page?.length ?? 0) - (a.page?.length ?? 0))[0];
}

/** How many messages wait at an entry, all below it included. A place's counter has what is below the place in it. */
export function waitingAt(entry: MenuEntry, counters: Record<string, number>): number {
  const own = (entry.places ?? []).reduce((sum, place) => sum + (counters[place] ?? 0), 0);
  return own + (entry.below ?? []).reduce((sum, below) => sum + waitingAt(below, counters), 0);
}
