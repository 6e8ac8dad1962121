import type billing from "./zh/billing.json";
import type common from "./zh/common.json";
import type customers from "./zh/customers.json";
import type home from "./zh/home.json";
import type messages from "./zh/messages.json";
import type office from "./zh/office.json";
import type payments from "./zh/payments.json";
import type problems from "./zh/problems.json";
import type processes from "./zh/processes.json";
import type shell from "./zh/shell.json";
import type terms from "./zh/terms.json";

/** A key that the Chinese files lack does not compile; tests/unit/gateway/test_console_words.py holds the English ones to them. */
export interface Words {
  billing: typeof billing;
  common: typeof common;
  customers: typeof customers;
  home: typeof home;
  messages: typeof messages;
  office: typeof office;
  payments: typeof payments;
  problems: typeof problems;
  processes: typeof processes;
  shell: typeof shell;
  terms: typeof terms;
}
