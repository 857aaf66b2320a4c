import { expect, test } from "vitest";
import { nextSaveState, phaseAfter, type SaveState, shownSave, startOfSaving } from "./save-state.ts";
import type { SaveEvent } from "./save-tree.ts";

const after = (...events: SaveEvent[]): SaveState => events.reduce(nextSaveState, startOfSaving("Photos"));

test("what was saved, what was there and how many bytes came are counted", () => {
  const state = after({ type: "bytes", bytes: 1500 }, { type: "saved", name: "a" }, { type: "skipped", name: "b" });
  expect(shownSave(state)).toMatchObject({
    tone: "busy",
    label: "Saving into “Photos”",
    detail: "1 saved · 1 already there · 1.5\u00a0kB",
    notes: [],
  });
  expect(shownSave({ ...state, phase: "done" })).toMatchObject({ tone: "good", label: "Saved into “Photos”", running: false });
});

test("files that were left alone or failed are named, the first of them", () => {
  const failed = Array.from("abcdefg", (name): SaveEvent => ({ type: "failed", name }));
  const shown = shownSave({ ...after({ type: "kept", name: "x" }, ...failed), phase: "done" });
  expect(shown.tone).toBe("warn");
  expect(shown.notes).toEqual([
    "Left alone, because another file with this name is there: x",
    "Could not be saved: a, b, c, d, e and 2 more",
  ]);
});

test.each<[unknown, boolean, SaveState["phase"]]>([
  [new Error("stopped"), true, "cancelled"],
  [new DOMException("full", "QuotaExceededError"), false, "disk-full"],
  [new DOMException("no", "NotAllowedError"), false, "not-allowed"],
  [new Error("not-found"), false, "unreadable"],
])("%s ends saving, and how to go on is said", (error, cancelled, phase) => {
  expect(phaseAfter(error, cancelled)).toBe(phase);
  const shown = shownSave({ ...startOfSaving("x"), phase: phaseAfter(error, cancelled) });
  expect(shown.tone).toBe("bad");
  expect(shown.notes.join(" ")).toContain("again to go on");
});
