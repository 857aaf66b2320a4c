import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { createHumanReport, createJsonReport, type DoctorReporter } from "./report.ts";

function reportAll(create: (terminal: { print(text: string): void }) => DoctorReporter): string[] {
  const lines: string[] = [];
  const report = create({ print: (text) => void lines.push(text) });
  report.result({ name: "relay", status: "pass", found: "there" });
  report.result({ name: "stun", status: "warn", found: "silent \u001B[2J", advice: "name another" });
  report.result({ name: "udp", status: "fail", found: "blocked", advice: "open it" });
  report.result({ name: "turn", status: "skip", found: "none" });
  report.done({ pass: 1, warn: 1, fail: 1, skip: 1 });
  return lines;
}

describe("what the doctor prints", () => {
  it("is a line per check, with advice below if it is not well, and without control characters", () => {
    expect(reportAll((terminal) => createHumanReport(terminal, createColors(false)))).toEqual([
      "✓ relay: there",
      "! stun: silent \uFFFD[2J",
      "    → name another",
      "✗ udp: blocked",
      "    → open it",
      "- turn: none",
      "\n1 check failed, 1 warning.",
    ]);
  });

  it("is one JSON object per line, with the counts last", () => {
    const lines = reportAll((terminal) => createJsonReport(terminal)).map((line) => JSON.parse(line) as unknown);
    expect(lines[0]).toEqual({ event: "check", name: "relay", status: "pass", found: "there" });
    expect(lines[2]).toEqual({ event: "check", name: "udp", status: "fail", found: "blocked", advice: "open it" });
    expect(lines.at(-1)).toEqual({ event: "done", passed: 1, warned: 1, failed: 1, skipped: 1 });
  });
});
