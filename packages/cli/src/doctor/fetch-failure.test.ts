import { describe, expect, it } from "vitest";
import { describeFetchFailure } from "./fetch-failure.ts";

const failure = (code: string): Error => new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });

describe("describeFetchFailure", () => {
  it.each([
    ["ENOTFOUND", /name relay\.example is not found \(DNS\)/, /spelling/],
    ["ECONNREFUSED", /nothing listens/, /Start the relay/],
    ["EHOSTUNREACH", /no route to/, /VPN/],
    ["ECONNRESET", /closed the connection/, /http or https/],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", /not from an authority that this computer trusts/, /certificate of a known authority/],
    ["CERT_NOT_YET_VALID", /not valid yet, by this computer's clock \(\d{4}-\d\d-\d\d\)/, /date and time/],
    ["CERT_HAS_EXPIRED", /has expired, by this computer's clock \(\d{4}-\d\d-\d\d\)/, /date and time.*new certificate/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /for another name/, /must name it/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /not trusted/, /whole chain/],
    ["ERR_SSL_WRONG_VERSION_NUMBER", /does not use https/, /http:\/\//],
    ["ESOMETHING", /^relay\.example can't be reached$/, /Check the address/],
  ])("explains %s, and what to do", (code, found, advice) => {
    const text = describeFetchFailure(failure(code), "https://relay.example");
    expect(text.found).toMatch(found);
    expect(text.advice).toMatch(advice);
  });

  it("finds the code if Node tried several addresses", () => {
    const cause = new AggregateError([Object.assign(new Error("refused"), { code: "ECONNREFUSED" })]);
    expect(describeFetchFailure(new TypeError("fetch failed", { cause }), "http://localhost").found).toContain("nothing listens");
  });
});
