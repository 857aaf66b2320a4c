import { describe, expect, it } from "vitest";
import type { Logger } from "../output/logger.ts";
import { createLocalHandler, type LocalHandler, type LocalHandlerOptions } from "./handler.ts";
import { LocalError, type LocalFile } from "./local-content.ts";
import { createSecret, isSameSecret } from "./secret.ts";
import { singleFile } from "./single-file.ts";

const SECRET = "s3cret-s3cret-s3cret-s";
const BYTES = Buffer.from("0123456789");
const noLog = (): void => undefined;
const silent: Logger = { debug: noLog, info: noLog, warn: noLog, error: noLog };

interface Scene {
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  /** Files that are open now, and those that were opened. */
  readonly open: () => number;
  readonly opened: () => number;
}

function scene(options: Partial<LocalHandlerOptions> = {}, facts: Partial<LocalFile> = {}): Scene {
  let open = 0;
  let opened = 0;
  const content = singleFile("film & <b>.mp4", async () => {
    open += 1;
    opened += 1;
    return {
      name: "film & <b>.mp4",
      size: BYTES.byteLength,
      etag: '"v1"',
      mediaType: "video/mp4",
      read: async function* ({ start, end }) {
        yield BYTES.subarray(start, Math.min(end, BYTES.byteLength));
      },
      close: async () => void (open -= 1),
      ...facts,
    };
  });
  const handler: LocalHandler = createLocalHandler({
    secret: SECRET,
    content,
    isOwnHost: (host) => host === "localhost",
    cast: false,
    logger: silent,
    ...options,
  });
  const ask = (path: string, { headers, ...init }: RequestInit = {}): Promise<Response> =>
    handler(
      new Request(`http://localhost${path}`, { headers: { host: "localhost", ...(headers as object) }, ...init }),
      new AbortController().signal,
    );
  return { ask, open: () => open, opened: () => opened };
}

const FILE = `/${SECRET}/${encodeURIComponent("film & <b>.mp4")}`;

describe("the local server", () => {
  it.each([
    ["no secret", "/"],
    ["another secret", `/${createSecret()}/film.mp4`],
    ["another name", `/${SECRET}/other.mp4`],
    ["a folder below", `${FILE}/x`],
    ["a malformed name", `/${SECRET}/%E0%A4%A`],
    ["the favicon", "/favicon.ico"],
  ])("responds with 404 to %s, and opens nothing", async (_what, path) => {
    const { ask, opened } = scene();
    const response = await ask(path);
    expect([response.status, opened()]).toEqual([404, 0]);
    expect(await response.text()).not.toContain(SECRET);
  });

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])("refuses %s", async (method) => {
    const { ask, opened } = scene();
    const response = await ask(FILE, { method });
    expect([response.status, response.headers.get("allow"), opened()]).toEqual([405, "GET, HEAD", 0]);
  });

  it("refuses a Host that is not this machine's, before it looks at the path", async () => {
    const { ask, opened } = scene();
    for (const path of [FILE, `/${SECRET}/`, "/"]) expect((await ask(path, { headers: { host: "evil.example" } })).status).toBe(403);
    expect(opened()).toBe(0);
  });

  it("sends the whole file, a range, the head only, and 416, with the validator each time", async () => {
    const { ask, open } = scene();
    const whole = await ask(FILE);
    expect([whole.status, await whole.text(), whole.headers.get("content-length"), whole.headers.get("etag")]).toEqual([
      200,
      "0123456789",
      "10",
      '"v1"',
    ]);
    const part = await ask(FILE, { headers: { range: "bytes=2-4" } });
    expect([part.status, await part.text(), part.headers.get("content-range"), part.headers.get("etag")]).toEqual([
      206,
      "234",
      "bytes 2-4/10",
      '"v1"',
    ]);
    const head = await ask(FILE, { method: "HEAD", headers: { range: "bytes=2-4" } });
    expect([head.status, head.body, head.headers.get("content-length")]).toEqual([200, null, "10"]);
    const past = await ask(FILE, { headers: { range: "bytes=10-" } });
    expect([past.status, past.headers.get("content-range")]).toEqual([416, "bytes */10"]);
    expect(open()).toBe(0);
  });

  it("sends the whole file if If-Range has another version, and nothing if If-None-Match has this one", async () => {
    const { ask, open } = scene();
    const statusOf = async (headers: Record<string, string>): Promise<number> => {
      const { status, body } = await ask(FILE, { headers });
      await body?.cancel();
      return status;
    };
    expect(await statusOf({ range: "bytes=2-4", "if-range": '"v1"' })).toBe(206);
    expect(await statusOf({ range: "bytes=2-4", "if-range": '"v0"' })).toBe(200);
    expect(await statusOf({ "if-none-match": '"v1"' })).toBe(304);
    expect(await statusOf({ "if-match": '"v0"' })).toBe(412);
    expect(open()).toBe(0);
  });

  it("sends a file of unknown size without a length, whatever range was requested", async () => {
    const { ask } = scene({}, { size: 0, provisional: true, etag: undefined });
    const response = await ask(FILE, { headers: { range: "bytes=2-4" } });
    expect([response.status, await response.text(), response.headers.get("content-length")]).toEqual([200, "0123456789", null]);
  });

  it("lets no other origin read, and sends no referrer", async () => {
    const { ask } = scene();
    for (const path of [FILE, `/${SECRET}/`, "/"]) {
      const { headers } = await ask(path, { headers: { origin: "https://evil.example" } });
      expect([headers.get("access-control-allow-origin"), headers.get("referrer-policy"), headers.get("x-content-type-options")]).toEqual([
        null,
        "no-referrer",
        "nosniff",
      ]);
    }
  });

  it("lets other origins read ranges with --cast", async () => {
    const { ask } = scene({ cast: true });
    const preflight = await ask(FILE, { method: "OPTIONS" });
    expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([204, expect.stringContaining("Range")]);
    const { headers } = await ask(FILE, { headers: { range: "bytes=0-0" } });
    expect([headers.get("access-control-allow-origin"), headers.get("access-control-expose-headers")]).toEqual([
      "*",
      expect.stringContaining("Content-Range"),
    ]);
    expect((await ask(FILE, { method: "POST" })).status).toBe(405);
  });

  it("has a page that needs no script, with the name escaped", async () => {
    const { ask, open } = scene();
    const response = await ask(`/${SECRET}/`);
    const html = await response.text();
    expect([response.status, response.headers.get("content-type"), open()]).toEqual([200, "text/html; charset=utf-8", 0]);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; .*style-src 'sha256-/);
    expect(html).toContain("film &amp; &lt;b&gt;.mp4");
    expect(html).toMatch(/<video [^>]*src="film%20%26%20%3Cb%3E\.mp4"/);
    expect(html).not.toMatch(/<script|<b>/);
    expect(html.replaceAll(/\s+/g, " ")).toContain("not encrypted");
    const head = await ask(`/${SECRET}/`, { method: "HEAD" });
    expect([head.status, head.body, head.headers.get("content-length")]).toEqual([200, null, String(Buffer.byteLength(html))]);
  });

  it("leads from the secret without a slash to the page", async () => {
    const { ask } = scene();
    const { status, headers } = await ask(`/${SECRET}`);
    expect([status, headers.get("location")]).toEqual([308, `/${SECRET}/`]);
  });

  it("responds with 503 while the file can't be read", async () => {
    const content = singleFile("a", () => Promise.reject(new LocalError("unavailable", "the host is away")));
    const response = await scene({ content }).ask(`/${SECRET}/a`);
    expect([response.status, await response.text()]).toEqual([503, "The file can't be read now: the host is away.\n"]);
  });

  it("never logs the secret", async () => {
    const logged: unknown[] = [];
    const note = (...entry: unknown[]): void => void logged.push(entry);
    const { ask } = scene({ logger: { debug: note, info: note, warn: note, error: note } });
    for (const path of [FILE, `/${SECRET}/other`, `/${SECRET}/`]) await ask(path);
    expect(logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(logged)).not.toContain(SECRET);
  });
});

describe("a secret", () => {
  it("has 128 bits, and is another one each time", () => {
    const [one, other] = [createSecret(), createSecret()];
    expect(Buffer.from(one, "base64url")).toHaveLength(16);
    expect([isSameSecret(one, one), isSameSecret(one, other), isSameSecret(one, ""), isSameSecret(one, `${one}x`)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
