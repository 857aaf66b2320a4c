import { ClientError, type ClientErrorReason } from "@rangecast/client";
import { expect, test, vi } from "vitest";
import type { Answer } from "../../shared/messages/folder-messages.ts";
import { createQuestions } from "./questions.ts";

const entry = { name: new TextEncoder().encode("a"), kind: "file", size: 1, modifiedMs: 2 } as const;

function questions(
  readFolder: (path: Uint8Array, options?: { signal?: AbortSignal }) => Promise<{ entries: (typeof entry)[]; skipped: number }>,
) {
  const answers = new Map<number, Answer>();
  const faults: unknown[] = [];
  const { ask, withdraw } = createQuestions({
    file: () => ({ readFolder, stats: () => ({ receivedBytes: 7, rttMs: 20, windowBytes: 5, droppedMessages: 0, sessions: 1 }) }),
    openFile: async (path) => ({ name: path, size: 3 }),
    answer: (id, answer) => answers.set(id, answer),
    onFault: (error) => faults.push(error),
  });
  return { ask, withdraw, answers, faults };
}

const failing = (error: Error) =>
  questions(async () => {
    throw error;
  });

test("a folder is listed by the bytes of its path, and a file is opened", async () => {
  const paths: Uint8Array[] = [];
  const { ask, answers } = questions(async (path) => {
    paths.push(path);
    return { entries: [entry], skipped: 0 };
  });
  ask(1, { kind: "list", path: "x%FF/y" });
  ask(2, { kind: "file", path: "z" });
  await vi.waitFor(() => expect(answers.size).toBe(2));
  expect(answers.get(1)).toMatchObject({ kind: "list", list: { names: ["a"] } });
  expect(answers.get(2)).toEqual({ kind: "file", facts: { name: "z", size: 3 } });
  expect(paths).toEqual([Uint8Array.of(0x78, 0xff, 0x2f, 0x79)]);
});

test.each<[ClientErrorReason, string]>([
  ["file-gone", "not-found"],
  ["unreadable", "unreadable"],
  ["protocol-error", "damaged"],
  ["closed", "failed"],
])("a client that fails with %s: the answer is %s", async (reason, expected) => {
  const { ask, answers, faults } = failing(new ClientError(reason, "no"));
  ask(1, { kind: "list", path: "" });
  await vi.waitFor(() => expect(answers.get(1)).toEqual({ kind: "failed", reason: expected }));
  expect(faults).toEqual([]);
});

test("a mistake of our own is reported, and the question is still answered", async () => {
  const { ask, answers, faults } = failing(new Error("a mistake"));
  ask(1, { kind: "list", path: "" });
  await vi.waitFor(() => expect(answers.get(1)).toMatchObject({ kind: "failed" }));
  expect(faults).toHaveLength(1);
});

test("a withdrawn question stops what reads its answer", async () => {
  const { ask, withdraw, answers } = questions(
    (_path, options) =>
      new Promise((_resolve, reject) => options?.signal?.addEventListener("abort", () => reject(options.signal?.reason as Error))),
  );
  ask(1, { kind: "list", path: "" });
  withdraw(1);
  await vi.waitFor(() => expect(answers.get(1)).toEqual({ kind: "failed", reason: "failed" }));
});

test("the connection's measurements are answered", async () => {
  const { ask, answers } = failing(new Error("no folder"));
  ask(1, { kind: "link" });
  await vi.waitFor(() => expect(answers.get(1)).toEqual({ kind: "link", receivedBytes: 7, rttMs: 20, windowBytes: 5 }));
});
