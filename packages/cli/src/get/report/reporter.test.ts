import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import type { Terminal } from "../../output/terminal.ts";
import type { GetEvent, GetProgressEvent } from "./get-event.ts";
import { createGetReporter } from "./reporter.ts";
import { liveText } from "./live-text.ts";
import type { GetFlags } from "../settings.ts";

const colors = createColors(false);
const READY: GetEvent = { event: "ready", name: "film\u001B.mp4", size: 5_400_000_000, file: "/films/film_.mp4", resumed: 0, notices: [] };
const DONE: GetEvent = { event: "done", file: "/films/film_.mp4", size: 5_400_000_000, fetched: 5_400_000_000, seconds: 120 };
const progress = (percent: number): GetProgressEvent => ({
  event: "progress",
  bytes: percent * 54_000_000,
  size: 5_400_000_000,
  percent,
  rate: 3_140_000,
  eta: 1140,
  path: "direct",
});
const LOST: GetEvent = { event: "reconnecting", reason: "timeout", message: "nothing came", wait: 1 };

function reportAll(events: readonly GetEvent[], flags: GetFlags = {}, interactive = false): { printed: string[]; block: string } {
  const seen = { printed: [] as string[], block: "" };
  const terminal: Terminal = {
    interactive,
    columns: 80,
    rows: 24,
    diverted: false,
    print: (text) => void seen.printed.push(text),
    warn: () => {},
    live: (text) => void (seen.block = text),
    divert: () => {},
    end: () => {},
  };
  const report = createGetReporter(flags, { terminal, colors });
  for (const event of events) report(event);
  return seen;
}

describe("for people", () => {
  it("prints the name, where it is saved, a line per tenth, and the requested hash", () => {
    const tens = Array.from({ length: 30 }, (_, index) => progress(index));
    expect(reportAll([{ event: "connecting" }, READY, ...tens, { ...DONE, sha256: "abc" }]).printed).toEqual([
      "Downloading film\uFFFD.mp4 (5.4 GB) to /films/film_.mp4",
      "0 %, 0 B of 5.4 GB, 3.1 MB/s, 19 min left, direct.",
      "10 %, 540 MB of 5.4 GB, 3.1 MB/s, 19 min left, direct.",
      "20 %, 1.1 GB of 5.4 GB, 3.1 MB/s, 19 min left, direct.",
      "Saved /films/film_.mp4 (5.4 GB) in 2 min, 45 MB/s.\nSHA-256: abc",
    ]);
  });

  it.each([
    ["an estimate", { estimatedSize: 1_200_000_000 }, "Downloading film.ts (about 1.2 GB) to /films/film.ts"],
    ["no size at all", {}, "Downloading film.ts to /films/film.ts"],
  ])("prints %s for a file of unknown size, and no per cent", (_name, estimate, first) => {
    const ready: GetEvent = { event: "ready", name: "film.ts", ...estimate, file: "/films/film.ts", resumed: 0, notices: [] };
    const at = (bytes: number): GetProgressEvent => ({ event: "progress", bytes, rate: 3_140_000, path: "direct" });
    const events = [ready, at(0), at(1_000_000), at(1_040_000), at(2_500_000)];
    expect(reportAll(events).printed).toEqual([first, "0 B, 3.1 MB/s, direct.", "1 MB, 3.1 MB/s, direct.", "2.5 MB, 3.1 MB/s, direct."]);
    const { block } = reportAll(events, {}, true);
    expect(block).toBe("  2.5 MB  3.1 MB/s  direct\n  Press Ctrl-C to stop.");
  });

  it("prints where it continues, and the notices", () => {
    const [text] = reportAll([{ ...READY, resumed: 1_200_000_000, notices: ["It changed."] }]).printed;
    expect(text).toMatch(/\nContinuing at 1\.2 GB\.\nIt changed\.$/);
  });

  it("prints a lost connection once, until it is back", () => {
    const { printed } = reportAll([LOST, LOST, { event: "reconnected" }, { event: "reconnected" }, LOST]);
    expect(printed).toEqual([
      "Connection lost (nothing came). Reconnecting.",
      "Reconnected.",
      "Connection lost (nothing came). Reconnecting.",
    ]);
  });

  it.each([
    [true, "Stopped at 540 MB. Run the same command again to continue."],
    [false, "Stopped."],
  ])("explains at the end how to continue, if that is possible: %j", (resumable, text) => {
    expect(reportAll([{ event: "stopped", reason: "interrupted", bytes: 540_000_000, resumable }], {}, true)).toEqual({
      printed: [text],
      block: "",
    });
  });

  it("draws the bar in place on a terminal, keeps it during a reconnect, and removes it at the end", () => {
    expect(reportAll([READY, progress(50)], {}, true).block).toContain("█████");
    expect(reportAll([READY, progress(50), LOST, progress(50)], {}, true).block).toMatch(
      /█████[\s\S]*Connection lost \(nothing came\)\. Reconnecting\./,
    );
    expect(reportAll([READY, progress(50), LOST, { event: "reconnected" }], {}, true).block).not.toContain("Connection lost");
    expect(reportAll([READY, progress(50), DONE], {}, true).block).toBe("");
  });
});

describe("for scripts", () => {
  it("prints the saved path, with the hash before it as sha256sum does", () => {
    const events = [READY, progress(50), DONE];
    expect(reportAll(events, { quiet: true }).printed).toEqual(["/films/film_.mp4"]);
    expect(reportAll([{ ...DONE, sha256: "abc" }], { quiet: true }).printed).toEqual(["abc  /films/film_.mp4"]);
    expect(reportAll([{ ...DONE, file: "-" }], { quiet: true }).printed).toEqual([]);
    expect(reportAll([{ ...DONE, file: "-", sha256: "abc" }], { quiet: true }).printed).toEqual(["abc  -"]);
  });

  it("prints each event as a line of JSON, and nothing else", () => {
    const events = [READY, progress(50), LOST, DONE];
    expect(reportAll(events, { json: true }).printed.map((line) => JSON.parse(line) as unknown)).toEqual(events);
  });
});

describe("liveText", () => {
  const view = { phase: "fetching", progress: progress(62), resumable: true } as const;

  it("is a bar followed by the numbers if there is room", () => {
    const [line = "", hint] = liveText(view, 80, colors).split("\n");
    expect(line).toMatch(/^ {2}█+░+ {3}62 % +3\.3 GB of 5\.4 GB +3\.1 MB\/s {2}19 min left +direct$/);
    expect(hint).toBe("  Press Ctrl-C to stop; the same command continues later.");
  });

  it("keeps its width while the numbers change", () => {
    const barOf = (event: GetProgressEvent): number => /[█░]+/.exec(liveText({ ...view, progress: event }, 80, colors))?.[0].length ?? 0;
    const { eta: _eta, ...still } = { ...progress(7), rate: 0, path: "unknown" as const };
    expect([barOf(still), barOf({ ...progress(100), eta: 3599, path: "relayed" })]).toEqual([barOf(progress(62)), barOf(progress(62))]);
  });

  it.each([80, 64, 40, 20])("fits %i columns", (columns) => {
    for (const phase of ["connecting", "hashing", "fetching", "reconnecting"] as const) {
      for (const line of liveText({ ...view, phase, trouble: "no answer" }, columns, colors).split("\n")) {
        expect(line.length).toBeLessThan(columns);
      }
    }
  });

  it("shows no rate and no time left during a reconnect", () => {
    expect(liveText({ ...view, phase: "reconnecting", trouble: "x" }, 80, colors)).toMatch(/62 % +3\.3 GB of 5\.4 GB +waiting\n/);
  });

  it("shows the phase before there is any progress", () => {
    expect(liveText({ phase: "connecting", resumable: true }, 80, colors)).toContain("Connecting to the host.");
  });
});
