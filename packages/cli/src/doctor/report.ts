/** Prints the results of the checks: a line for each, with a line of advice, or JSON. */
import type { Colors } from "picocolors/types.js";
import { printableMessage } from "../format.ts";
import type { Terminal } from "../output/terminal.ts";
import type { CheckStatus } from "./check.ts";
import type { CheckReport, Totals } from "./run-checks.ts";

export interface DoctorReporter {
  result(report: CheckReport): void;
  done(totals: Totals): void;
}

const MARKS: Readonly<Record<CheckStatus, { readonly mark: string; readonly color: "green" | "yellow" | "red" | "dim" }>> = {
  pass: { mark: "✓", color: "green" },
  warn: { mark: "!", color: "yellow" },
  fail: { mark: "✗", color: "red" },
  skip: { mark: "-", color: "dim" },
};

export function createHumanReport(terminal: Pick<Terminal, "print">, colors: Colors): DoctorReporter {
  return {
    result: ({ name, status, found, advice }) => {
      const { mark, color } = MARKS[status];
      terminal.print(`${colors[color](mark)} ${colors.bold(name)}: ${printableMessage(found)}`);
      if (advice !== undefined && status !== "pass") terminal.print(`    → ${printableMessage(advice)}`);
    },
    done: ({ warn, fail }) => {
      const result = fail === 0 ? "Everything that was checked works" : `${fail} ${fail === 1 ? "check" : "checks"} failed`;
      const warnings = warn === 0 ? "" : `, ${warn} ${warn === 1 ? "warning" : "warnings"}`;
      terminal.print(`\n${result}${warnings}.`);
    },
  };
}

export function createJsonReport(terminal: Pick<Terminal, "print">): DoctorReporter {
  const print = (event: object): void => terminal.print(JSON.stringify(event));
  return {
    result: (report) => print({ event: "check", ...report }),
    done: ({ pass, warn, fail, skip }) => print({ event: "done", passed: pass, warned: warn, failed: fail, skipped: skip }),
  };
}
