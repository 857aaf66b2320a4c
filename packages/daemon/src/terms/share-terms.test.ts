import { expect, test } from "vitest";
import { changeTerms, isExpired, readTerms } from "./share-terms.ts";

test("a change sets and removes limits, and leaves the others", () => {
  const terms = { expiresMs: 5, maxViewers: 2 };
  expect(changeTerms(terms, {})).toEqual(terms);
  expect(changeTerms(terms, { expiresMs: "none", maxDownloads: 3, maxViewers: undefined })).toEqual({ maxViewers: 2, maxDownloads: 3 });
});

test.each([0, -1, 1.5, Number.NaN, Infinity])("a limit of %s is refused", (value) => {
  expect(() => changeTerms({}, { maxViewers: value })).toThrow(expect.objectContaining({ name: "DaemonError", reason: "bad-terms" }));
});

test.each([undefined, null, 1, { expiresMs: "soon" }, { maxDownloads: 0 }, { maxFun: 1 }])(
  "stored terms that are damaged (%j) are not taken for none",
  (stored) => {
    expect(readTerms(stored)).toBeUndefined();
  },
);

test("stored terms are read as they were", () => {
  for (const terms of [{}, { expiresMs: 5, maxViewers: 2, maxDownloads: 1 }])
    expect(readTerms(JSON.parse(JSON.stringify(terms)))).toEqual(terms);
});

test("a link expires at its time, and one without never does", () => {
  expect([isExpired({ expiresMs: 10 }, 9), isExpired({ expiresMs: 10 }, 10), isExpired({}, 10)]).toEqual([false, true, false]);
});
