import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { createHumanReport, createJsonReport, type DoctorReporter } from "./report.ts";

function told(create: (terminal: { print(text: string): void }) => DoctorReporter): string[] {
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
  it("is a line a check, and what to do below where it isn't well; nothing in it steers the terminal", () => {
    expect(told((terminal) => createHumanReport(terminal, createColors(false)))).toEqual([
      "✓ relay: there",
      "! stun: silent \uFFFD[2J",
      "    → name another",
      "✗ udp: blocked",
      "    → open it",
      "- turn: none",
      "\n1 thing does not work, 1 to know of.",
    ]);
  });

  it("is one object a line for programs, and the count last", () => {
    const lines = told((terminal) => createJsonReport(terminal)).map((line) => JSON.parse(line) as unknown);
    expect(lines[0]).toEqual({ event: "check", name: "relay", status: "pass", found: "there" });
    expect(lines[2]).toEqual({ event: "check", name: "udp", status: "fail", found: "blocked", advice: "open it" });
    expect(lines.at(-1)).toEqual({ event: "done", passed: 1, warned: 1, failed: 1, skipped: 1 });
  });
});
