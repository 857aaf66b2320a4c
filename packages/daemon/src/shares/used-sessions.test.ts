import { expect, test } from "vitest";
import { UsedSessions } from "./used-sessions.ts";

test("ids are remembered per share, and above the cap the oldest is forgotten", () => {
  const used = new UsedSessions(3);
  for (const id of ["1", "2", "3", "4"]) used.add("share", id);
  expect(["1", "2", "3", "4"].map((id) => used.has("share", id))).toEqual([false, true, true, true]);
  expect(used.has("other", "4")).toBe(false);
});
