import { describe, expect, it } from "vitest";
import { bufferingAdvice } from "./buffering-advice.ts";

describe("bufferingAdvice", () => {
  it.each([
    [{ server: "nginx/1.24" }, "nginx"],
    [{ server: "Caddy" }, "Caddy"],
    [{ server: "cloudflare", "cf-ray": "1" }, "Cloudflare"],
    [{ server: "Apache/2.4" }, "Apache"],
  ])("names the setting of the proxy that shows itself by %o first", (headers, name) => {
    expect(bufferingAdvice(new Headers(headers))).toMatch(new RegExp(`^Turn off buffering in the proxy\\. ${name}: `));
  });

  it("names all known proxies if the headers reveal none", () => {
    expect(bufferingAdvice(new Headers())).toMatch(/nginx: .*Caddy: .*Cloudflare: .*Apache: /);
  });
});
