import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sharedTemporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeAll, describe, expect, it } from "vitest";
import { createPageServer } from "./page-server.ts";

const folder = await sharedTemporaryFolder();
let serve: (request: Request) => Promise<Response>;
const get = (path: string, init?: RequestInit): Promise<Response> => serve(new Request(`http://127.0.0.1:7264${path}`, init));

beforeAll(async () => {
  const page = join(folder, "page");
  await mkdir(join(page, "assets"), { recursive: true });
  await writeFile(
    join(page, "index.html"),
    '<!doctype html><title>rangecast</title><script src="../assets/app.js"></script><a href="../">',
  );
  await writeFile(join(page, "sw.js"), "// worker");
  await writeFile(join(page, "assets", "app-D3adB33f.js"), "// app");
  await writeFile(join(page, "assets", "app-D3adB33f.js.br"), "BR");
  await writeFile(join(page, "assets", "app-D3adB33f.js.gz"), "GZ");
  await writeFile(join(page, "assets", "app-D3adB33f.css"), "a{}");
  await writeFile(join(page, "icon.svg"), "<svg/>");
  await writeFile(join(folder, "secret.txt"), "secret");
  serve = createPageServer(page);
});

describe("the page's server", () => {
  it.each(["/", "/index.html", "/s/AAAAAAAAAAAAAAAAAAAAAA", "/s/does-not-exist", "/s/a/b"])(
    "answers %s with the page, which browsers must revalidate",
    async (path) => {
      const response = await get(path);
      expect([response.status, response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual([
        200,
        "text/html; charset=utf-8",
        "no-cache",
      ]);
      expect(await response.text()).toContain("<title>rangecast</title>");
    },
  );

  it.each(["/", "/index.html", "/s/AAAA", "/s/AAAA/", "/s/AAAA%23v1.BBBB", "/plain/1", "/s/a/b"])(
    "makes the relative URLs of the page at %s resolve to its folder, also behind a proxy that removes a prefix",
    async (path) => {
      const html = await (await get(path)).text();
      const [, script = ""] = /src="([^"]+)"/u.exec(html) ?? [];
      const [, home = ""] = /href="([^"]+)"/u.exec(html) ?? [];
      for (const prefix of ["", "/cast", "/a/b"]) {
        const at = `https://page.example${prefix}${path}`;
        expect(new URL(script, at).pathname).toBe(`${prefix}/assets/app.js`);
        expect(new URL(home, at).pathname).toBe(`${prefix}/`);
      }
    },
  );

  it.each([
    ["/sw.js", /^text\/javascript/, "no-cache"],
    ["/assets/app-D3adB33f.js", /^text\/javascript/, "public, max-age=31536000, immutable"],
    ["/assets/app-D3adB33f.css", /^text\/css/, "public, max-age=31536000, immutable"],
    ["/icon.svg", /^image\/svg\+xml/, "no-cache"],
  ])("serves %s with its type and cache lifetime", async (path, type, cache) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(type);
    expect(response.headers.get("cache-control")).toBe(cache);
  });

  it.each([
    ["br, gzip", "/assets/app-D3adB33f.js", "br", "BR"],
    ["gzip", "/assets/app-D3adB33f.js", "gzip", "GZ"],
    ["identity", "/assets/app-D3adB33f.js", null, "// app"],
    ["br", "/assets/app-D3adB33f.css", null, "a{}"],
  ])("sends the copy that a browser which accepts %s can read of %s", async (accepted, path, encoding, text) => {
    const response = await get(path, { headers: { "accept-encoding": accepted } });
    expect([response.headers.get("content-encoding"), await response.text()]).toEqual([encoding, text]);
    expect(response.headers.get("content-type")).toMatch(/^text\//u);
    if (encoding !== null) expect(response.headers.get("vary")).toContain("Accept-Encoding");
  });

  it.each(["/missing.js", "/assets/missing-123.js", "/favicon.ico"])("answers %s with 404, which browsers must not cache", async (path) => {
    const response = await get(path);
    expect([response.status, response.headers.get("cache-control")]).toEqual([404, "no-cache"]);
  });

  it.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/s/..%2f..%2fsecret.txt",
    "//secret.txt",
  ])("does not leave its folder for %s", async (path) => {
    expect(await (await get(path)).text()).not.toContain("secret");
  });

  it("responds with 304 if the client has the file already", async () => {
    const first = await get("/sw.js");
    const again = await get("/sw.js", { headers: { "If-None-Match": first.headers.get("etag") ?? "" } });
    expect([again.status, again.headers.get("cache-control")]).toEqual([304, "no-cache"]);
  });

  it("responds to HEAD without a body, and refuses writes", async () => {
    const head = await get("/", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await get("/", { method: "POST", body: "x" })).status).toBe(404);
  });

  it.each(["/", "/sw.js", "/missing"])("sends the security headers with %s", async (path) => {
    const { headers } = await get(path);
    expect(headers.get("content-security-policy")).toMatch(
      /default-src 'none'.*script-src 'self'.*media-src 'self' blob:.*frame-ancestors 'none'/,
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("strict-transport-security")).toBeNull();
  });
});
