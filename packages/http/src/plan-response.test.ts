import { describe, expect, test } from "vitest";
import { type FileFacts, planResponse, type RequestFacts, SAFETY_HEADERS } from "./plan-response.ts";

const file: FileFacts = { name: "film.mp4", size: 1000, mediaType: "video/mp4", etag: "v1" };
const plan = (request: Partial<RequestFacts>, facts: Partial<FileFacts> = {}) =>
  planResponse({ method: "GET", range: null, ifRange: null, ifMatch: null, download: false, ...request }, { ...file, ...facts });

test("without a range: 200, the whole file, and Accept-Ranges", () => {
  const { status, headers, body } = plan({});
  expect(status).toBe(200);
  expect(body).toEqual({ start: 0, end: 1000 });
  expect(headers).toMatchObject({
    "Content-Length": "1000",
    "Content-Type": "video/mp4",
    "Accept-Ranges": "bytes",
    ETag: '"v1"',
  });
  expect(headers).not.toHaveProperty("Content-Range");
});

test.each([
  ["bytes=0-1", { start: 0, end: 2 }, "bytes 0-1/1000"],
  ["bytes=0-", { start: 0, end: 1000 }, "bytes 0-999/1000"],
  ["bytes=900-5000", { start: 900, end: 1000 }, "bytes 900-999/1000"],
  ["bytes=-5", { start: 995, end: 1000 }, "bytes 995-999/1000"],
])("%s: 206, even if it is the whole file", (range, body, contentRange) => {
  const planned = plan({ range });
  expect(planned.status).toBe(206);
  expect(planned.body).toEqual(body);
  expect(planned.headers).toMatchObject({ "Content-Range": contentRange, "Content-Length": String(body.end - body.start) });
});

test("a range outside the file: 416 with the size, without a body", () => {
  const { status, headers, body } = plan({ range: "bytes=1000-" });
  expect(status).toBe(416);
  expect(headers).toMatchObject({ "Content-Range": "bytes */1000", "Content-Length": "0" });
  expect(body).toBeUndefined();
});

test.each(["bytes=0-1,5-6", "lines=1-2", "bytes=9-1"])("%s is ignored: 200 with the whole file", (range) => {
  expect(plan({ range })).toMatchObject({ status: 200, body: { start: 0, end: 1000 } });
});

describe("If-Range", () => {
  test.each([
    ["this version", '"v1"', 206],
    ["another version", '"v0"', 200],
    ["a weak tag", 'W/"v1"', 200],
    ["a date", "Sat, 21 Nov 2026 10:00:00 GMT", 200],
  ])("of %s", (_name, ifRange, status) => {
    expect(plan({ range: "bytes=0-1", ifRange }).status).toBe(status);
  });

  test("of another version: an unsatisfiable range becomes the whole file", () => {
    expect(plan({ range: "bytes=5000-", ifRange: '"v0"' }).status).toBe(200);
  });
});

test("If-None-Match of this version: 304 with the tag, without a body", () => {
  const { status, headers, body } = plan({ ifNoneMatch: '"v1"' });
  expect([status, headers["ETag"], body]).toEqual([304, '"v1"', undefined]);
  expect(plan({ ifNoneMatch: '"v0"' }).status).toBe(200);
});

test("If-Match of another version: 412, without a body", () => {
  expect(plan({ ifMatch: '"v0"' })).toMatchObject({ status: 412 });
  expect(plan({ ifMatch: '"v0"' }).body).toBeUndefined();
  expect(plan({ ifMatch: '"v1"' }).status).toBe(200);
});

test("HEAD: the headers of the whole file, no body, and a range is ignored", () => {
  const { status, headers, body } = plan({ method: "HEAD", range: "bytes=0-1" });
  expect(status).toBe(200);
  expect(headers).toMatchObject({ "Content-Length": "1000" });
  expect(body).toBeUndefined();
});

test.each(["POST", "PUT", "DELETE", "OPTIONS"])("%s: 405", (method) => {
  expect(plan({ method })).toMatchObject({ status: 405, headers: { Allow: "GET, HEAD" } });
});

test("a download is an attachment under the file's name", () => {
  expect(plan({ download: true }).headers["Content-Disposition"]).toBe(`attachment; filename="film.mp4"; filename*=UTF-8''film.mp4`);
  expect(plan({}).headers["Content-Disposition"]).toMatch(/^inline;/u);
});

test("a type that isn't on the list is not served", () => {
  expect(plan({}, { mediaType: "text/html" }).headers["Content-Type"]).toBe("application/octet-stream");
});

test("an empty file: 200 with an empty body", () => {
  expect(plan({}, { size: 0 })).toMatchObject({ status: 200, headers: { "Content-Length": "0" }, body: { start: 0, end: 0 } });
});

test.each([
  ["200", {}],
  ["206", { range: "bytes=0-1" }],
  ["416", { range: "bytes=1000-" }],
  ["412", { ifMatch: '"x"' }],
  ["405", { method: "POST" }],
  ["HEAD", { method: "HEAD" }],
])("the safety headers are on every response: %s", (_name, request) => {
  expect(plan(request).headers).toMatchObject(SAFETY_HEADERS);
});

describe("C-17: a file whose size is provisional", () => {
  const unknown = (request: Partial<RequestFacts>) => plan(request, { provisional: true });

  test.each([null, "bytes=0-", "bytes=500-600", "bytes=5000-", "bytes=-5"])("is served whole, whatever Range is requested: %s", (range) => {
    const { status, headers, body } = unknown({ range });
    expect(status).toBe(200);
    expect(body).toEqual({ start: 0, end: Infinity });
    expect(headers).toMatchObject({ "Content-Type": "video/mp4", "Accept-Ranges": "none", ...SAFETY_HEADERS });
  });

  test("no header gives a length or a validator", () => {
    for (const planned of [unknown({}), unknown({ download: true }), unknown({ method: "HEAD" })]) {
      expect(planned.headers).not.toHaveProperty("Content-Length");
      expect(planned.headers).not.toHaveProperty("Content-Range");
      expect(planned.headers).not.toHaveProperty("ETag");
    }
    expect(unknown({ ifMatch: '"v1"' }).status).toBe(412);
    expect(unknown({ method: "HEAD" }).body).toBeUndefined();
  });

  test("a download is an attachment", () => {
    expect(unknown({ download: true }).headers["Content-Disposition"]).toMatch(/^attachment;/u);
  });
});
