import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkAddress, untilItLeadsHere } from "./check-address.ts";
import { CheckRoute } from "./check-route.ts";

const ADDRESS = "https://tunnel.example";
const { signal } = new AbortController();
const route = new CheckRoute();
const { nonce } = route;
const serve = route.before(async () => new Response("the page"));

/** A tunnel whose server changes the headers. */
const through =
  (change: (headers: Headers) => void): typeof fetch =>
  async (input, init) => {
    const request = new Request(input, init);
    change(request.headers);
    return serve(request);
  };
const answering =
  (body: BodyInit | null, status = 200): typeof fetch =>
  async () =>
    new Response(body, { status });
const failing =
  (code: string): typeof fetch =>
  () =>
    Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }));

describe("checkAddress", () => {
  it.each([
    ["appends its client's address", (headers: Headers) => headers.append("x-forwarded-for", "198.51.100.7"), true],
    ["replaces the header", (headers: Headers) => headers.set("x-forwarded-for", "198.51.100.7"), true],
    ["passes on what the client sent", () => undefined, false],
    ["removes the header", (headers: Headers) => headers.delete("x-forwarded-for"), false],
    ["empties the header", (headers: Headers) => headers.set("x-forwarded-for", ""), false],
  ])("trusts the addresses of a tunnel that %s: %#", async (_what, change, forwards) => {
    expect(await checkAddress({ address: ADDRESS, nonce, signal, fetch: through(change) })).toEqual({ leadsHere: true, forwards });
  });

  it.each([
    ["another nonce", answering("x"), /another server answers there \(HTTP 200\)/],
    ["nothing", answering(null, 502), /HTTP 502/],
    ["an endless page", answering(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(1000)) })), /HTTP 200/],
    ["a redirect", answering(null, 302), /HTTP 302/],
    ["no name", failing("ENOTFOUND"), /tunnel\.example is not found/],
    ["no server", failing("ECONNREFUSED"), /nothing listens/],
  ])("says what was found instead: %s", async (_what, fetch, found) => {
    const result = await checkAddress({ address: ADDRESS, nonce, signal, fetch });
    expect(result).toEqual({ leadsHere: false, found: expect.stringMatching(found) });
  });

  it("passes other requests on", async () => {
    expect(await (await serve(new Request(`${ADDRESS}/s/x`))).text()).toBe("the page");
  });
});

describe("untilItLeadsHere", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  it("tries again, with growing pauses, until the nonce comes back", async () => {
    let attempts = 0;
    const fetch: typeof globalThis.fetch = (...args) => {
      attempts += 1;
      return attempts < 4 ? failing("ENOTFOUND")(...args) : through(() => undefined)(...args);
    };
    const failures: string[] = [];
    const answered = untilItLeadsHere({ address: ADDRESS, nonce, signal, fetch }, (found) => failures.push(found));
    await vi.advanceTimersByTimeAsync(374);
    expect(attempts).toBe(1);
    await vi.advanceTimersByTimeAsync(4000);
    expect(await answered).toMatchObject({ forwards: false });
    expect(failures).toHaveLength(3);
  });

  it("ends with its signal", async () => {
    const stop = new AbortController();
    const answered = untilItLeadsHere({ address: ADDRESS, nonce, signal: stop.signal, fetch: failing("ENOTFOUND") }, () => undefined);
    stop.abort(new Error("enough"));
    await expect(answered).rejects.toThrow("enough");
    expect(vi.getTimerCount()).toBe(0);
  });
});
