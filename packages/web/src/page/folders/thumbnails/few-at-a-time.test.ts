import { settle } from "@rangecast/testkit/settle";
import { expect, test } from "vitest";
import { fewAtATime } from "./few-at-a-time.ts";

test("jobs run in their order, at most so many at once; one that is aborted before its turn never runs", async () => {
  const run = fewAtATime(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const stop = new AbortController();
  const results = [0, 1, 2, 3].map((job) =>
    run(
      () => {
        begun.push(job);
        return new Promise<number>((resolve) => ends.push(() => resolve(job)));
      },
      job === 2 ? stop.signal : new AbortController().signal,
    ),
  );
  const [first, second, third, fourth] = results;
  await settle();
  expect(begun).toEqual([0, 1]);
  stop.abort(new Error("out of view"));
  await expect(third).rejects.toThrow("out of view");
  ends[1]?.();
  expect(await second).toBe(1);
  await settle();
  expect(begun).toEqual([0, 1, 3]);
  ends[0]?.();
  ends[2]?.();
  expect([await first, await fourth]).toEqual([0, 3]);
});

test("a job that fails makes room for the next", async () => {
  const run = fewAtATime(1);
  const { signal } = new AbortController();
  const failing = run(() => Promise.reject(new Error("no")), signal);
  const next = run(async () => "done", signal);
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("done");
});
