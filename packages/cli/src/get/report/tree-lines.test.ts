import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import type { TreeEvent, TreeProgressEvent } from "./tree-event.ts";
import { createTreeLines } from "./tree-lines.ts";
import { treeProgressLines } from "./tree-text.ts";

const colors = createColors(false);
const PROGRESS: TreeProgressEvent = {
  event: "tree-progress",
  files: 120,
  knownFiles: 1000,
  bytes: 540_000_000,
  knownBytes: 5_400_000_000,
  percent: 10,
  rate: 3_140_000,
  eta: 1140,
  path: "direct",
  file: { path: "Season 1/\u001B[2Jone.mp4", bytes: 100_000_000, size: 1_000_000_000 },
};
const DONE: TreeEvent = {
  event: "tree-done",
  folder: "/films/Share",
  dryRun: false,
  saved: 3,
  finished: 2,
  existing: 0,
  failed: 0,
  skipped: 0,
  size: 5_400_000_000,
  fetched: 2_400_000_000,
  seconds: 120,
};

function linesOf(events: readonly TreeEvent[], interactive = false): (string | undefined)[] {
  const lineOf = createTreeLines(interactive, colors);
  return events.map((event) => lineOf(event)).filter((line) => line !== undefined);
}

describe("the lines of a folder", () => {
  it("are its name and place, the progress now and then, what failed by name, and a summary", () => {
    const events: TreeEvent[] = [
      { event: "tree-ready", name: "Share", folder: "/films/Share", notices: ["Careful."] },
      ...Array.from({ length: 11 }, () => PROGRESS),
      { event: "file-saved", path: "a", file: "/films/Share/a", size: 1 },
      { event: "file-failed", path: "b\u001B", reason: "unreadable", message: "the host can't read it" },
      { event: "file-exists", path: "c", file: "/films/Share/c" },
      DONE,
    ];
    const progress = "10 %, 120 of 1000 files, 540 MB of 5.4 GB, 3.1 MB/s, 19 min left, direct.";
    expect(linesOf(events)).toEqual([
      "Downloading the folder Share to /films/Share\nCareful.",
      progress,
      progress,
      "Failed: b\uFFFD: the host can't read it.",
      "Not replaced: /films/Share/c",
      "Saved 3 files in /films/Share, 2 already there (5.4 GB in all) in 2 min, 20 MB/s.",
    ]);
  });

  it("are those of what would be downloaded, with sizes, in a dry run", () => {
    const would: TreeEvent = { event: "would-fetch", path: "Season 1/one.mp4", file: "/x", size: 12_300_000 };
    expect(linesOf([would, { ...DONE, dryRun: true, saved: 1, finished: 0, size: 12_300_000 }])).toEqual([
      "12.3 MB  Season 1/one.mp4",
      "Would download 1 file to /films/Share (12.3 MB in all).",
    ]);
  });

  it("are not as many as the files that fail", () => {
    const failed = Array.from({ length: 1000 }, (): TreeEvent => ({ event: "file-exists", path: "c", file: "/c" }));
    expect(linesOf(failed)).toHaveLength(200);
  });
});

describe("the live block", () => {
  it.each([100, 80, 40, 25])("is one line for all files and one for the present file, within %i columns", (columns) => {
    const lines = treeProgressLines(PROGRESS, columns, colors);
    for (const line of lines) expect(line.length).toBeLessThan(columns);
    expect(lines.at(-1)).toMatch(/one\.mp4 {2}10 % of 1 GB$|… ?.* {2}10 % of 1 GB$/);
    expect(lines.join("")).not.toContain("\u001B");
    expect(lines.join(" ")).toContain("120 of 1000 files");
  });
});
