import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ChallengeBoard, type ChallengeType } from "./challenge-board.ts";
import { createFakeCa, FAKE_DIRECTORY, type FakeCa, problemResponse } from "./testing/fake-ca.ts";
import { createAcmeAuthority } from "./acme-authority.ts";
import { loadAcmeLibrary } from "./acme-library.ts";
import { exportKey } from "./certificate-store.ts";
import { readIssued } from "./issued-certificate.ts";

const accountKey = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
const key = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
const domains = ["relay.example.org"];
const { signal } = new AbortController();

const pending = JSON.stringify({
  status: "pending",
  identifier: { type: "dns", value: "relay.example.org" },
  challenges: [{ type: "http-01", url: "https://ca.example/challenge/http-01", token: "token-http-01" }],
});

interface Run {
  readonly ca: FakeCa;
  readonly obtain: () => Promise<string>;
  /** What was on the board at each check. */
  readonly posted: unknown[];
  readonly terms: string[];
}

async function setUp(types: readonly ChallengeType[] = ["http-01", "tls-alpn-01"], email?: string): Promise<Run> {
  const board = new ChallengeBoard();
  const posted: unknown[] = [];
  const terms: string[] = [];
  const ca = createFakeCa((type, token) => {
    const answer = board.httpAnswer(`/.well-known/acme-challenge/${token}`);
    posted.push([type, answer?.startsWith(`${token}.`) === true, board.tlsCertificate("relay.example.org") !== undefined]);
  });
  const onTerms = (url: string): void => void terms.push(url);
  const library = await loadAcmeLibrary({ signal, send: ca.send });
  const common = { library, board, directoryUrl: FAKE_DIRECTORY, accountKey, email, onTerms };
  const authority = createAcmeAuthority({ ...common, types: () => types, looks: 1 });
  return { ca, posted, terms, obtain: () => authority.obtain({ domains, key }, signal) };
}

describe("an order", () => {
  test("gets a certificate by HTTP-01, with the challenge on the board during its check", async () => {
    const { ca, posted, terms, obtain } = await setUp();
    const cert = await obtain();
    expect(readIssued({ cert, key: exportKey(key) }, domains).domains).toEqual(domains);
    expect(posted).toEqual([["http-01", true, false]]);
    expect(ca.orders).toEqual([{ identifiers: [{ type: "dns", value: "relay.example.org" }] }]);
    expect(terms).toEqual(["https://ca.example/terms"]);
  });

  test("gets a certificate by TLS-ALPN-01 where http can't be answered", async () => {
    const { posted, obtain } = await setUp(["tls-alpn-01"]);
    await obtain();
    expect(posted).toEqual([["tls-alpn-01", false, true]]);
  });

  test.each(["connection", "unauthorized"])("that fails by HTTP-01 with %s is placed again for TLS-ALPN-01", async (type) => {
    const { ca, posted, obtain } = await setUp();
    ca.failChallenges("http-01", { type, detail: "why" });
    await obtain();
    expect(posted).toEqual([
      ["http-01", true, false],
      ["tls-alpn-01", false, true],
    ]);
    expect(ca.orders).toHaveLength(2);
  });

  test("that fails by both says the first reason", async () => {
    const { ca, obtain } = await setUp();
    ca.failChallenges("http-01", { type: "connection", detail: "refused" });
    ca.failChallenges("tls-alpn-01", { type: "unauthorized", detail: "other" });
    await expect(obtain()).rejects.toMatchObject({ reason: "name-unreachable", message: "refused" });
  });

  test("for a name that can't be looked up is not placed again", async () => {
    const { ca, obtain } = await setUp();
    ca.failChallenges("http-01", { type: "dns", detail: "NXDOMAIN" });
    await expect(obtain()).rejects.toMatchObject({ reason: "name-unresolved" });
    expect(ca.orders).toHaveLength(1);
  });

  test("that exceeds a limit is placed once, and says until when", async () => {
    const { ca, obtain } = await setUp();
    const before = Date.now();
    ca.answerOnce("/order", problemResponse(429, "rateLimited", "too many", { "retry-after": "60" }));
    const error: unknown = await obtain().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ reason: "rate-limited" });
    expect((error as { retryAt: number }).retryAt).toBeGreaterThanOrEqual(before + 60_000);
    expect(ca.requests.filter((request) => request === "POST /order")).toHaveLength(1);
    // A second attempt that comes too soon sends nothing.
    const sent = ca.requests.length;
    await expect(obtain()).rejects.toBe(error);
    expect(ca.requests).toHaveLength(sent);
  });

  test("waits for the CA, and not for ever", async () => {
    const { ca, obtain } = await setUp(["http-01"]);
    for (let count = 0; count < 3; count += 1) ca.answerOnce("/authorization", { body: pending });
    await expect(obtain()).rejects.toMatchObject({ reason: "timed-out" });
    expect(ca.requests.filter((request) => request === "POST /authorization")).toHaveLength(3);
  });

  test.each([
    ["without our challenges", { challenges: [{ type: "dns-01", url: "https://ca.example/c", token: "t" }] }, "no-challenge"],
    ["with a token that is a path", { challenges: [{ type: "http-01", url: "https://ca.example/c", token: "../x" }] }, "no-challenge"],
    ["without a name", { identifier: {} }, "ca-failed"],
  ])("for an authorization %s is given up", async (_, changed, reason) => {
    const { ca, obtain } = await setUp(["http-01"]);
    const body = JSON.stringify({ status: "pending", identifier: { value: "relay.example.org" }, challenges: [], ...changed });
    ca.answerOnce("/authorization", { body });
    await expect(obtain()).rejects.toMatchObject({ reason });
  });

  test("ends at once when the signal aborts", async () => {
    const controller = new AbortController();
    const library = await loadAcmeLibrary({ signal: controller.signal, send: () => new Promise(() => undefined) });
    const board = new ChallengeBoard();
    const authority = createAcmeAuthority({ library, directoryUrl: FAKE_DIRECTORY, accountKey, board, types: () => ["http-01"] });
    const ordering = authority.obtain({ domains, key }, controller.signal);
    const stopped = new Error("stopped");
    controller.abort(stopped);
    await expect(ordering).rejects.toBe(stopped);
  });

  test("without an open port is not placed", async () => {
    const { ca, obtain } = await setUp([]);
    await expect(obtain()).rejects.toMatchObject({ reason: "no-challenge" });
    expect(ca.requests).toEqual([]);
  });
});

describe("requests to the CA", () => {
  test("are repeated with another nonce if theirs is stale, a few times", async () => {
    const { ca, obtain } = await setUp();
    ca.answerOnce("/order", problemResponse(400, "badNonce", "stale"));
    await obtain();
    expect(ca.requests.filter((request) => request === "POST /order")).toHaveLength(2);
    for (let count = 0; count < 10; count += 1) ca.answerOnce("/order", problemResponse(400, "badNonce", "stale"));
    await expect(obtain()).rejects.toMatchObject({ reason: "ca-failed" });
    expect(ca.requests.filter((request) => request === "POST /order")).toHaveLength(8);
  });

  test("show the CA's terms once", async () => {
    const { terms, obtain } = await setUp();
    await obtain();
    await obtain();
    expect(terms).toEqual(["https://ca.example/terms"]);
  });

  test("tell an account that exists its new e-mail address", async () => {
    const { ca, obtain } = await setUp(["http-01"], "admin@example.org");
    ca.answerOnce("/account", { status: 200, headers: { location: "https://ca.example/account/1" }, body: "{}" });
    await obtain();
    expect(ca.requests).toContain("POST /account/1");
  });

  test("to a directory that is none fail", async () => {
    const { ca, obtain } = await setUp();
    ca.answerOnce("/directory", { body: "<html>" });
    await expect(obtain()).rejects.toMatchObject({ reason: "ca-failed" });
  });
});
