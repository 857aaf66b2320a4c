import { describe, expect, onTestFinished, test } from "vitest";
import { ChallengeBoard } from "./challenge-board.ts";
import { answerPlain, serveChallenges } from "./challenge-server.ts";

const ORIGIN = "https://relay.example.org";
const PATH = "/.well-known/acme-challenge/abc";

describe("the board of challenges", () => {
  test("has the answer to a challenge while it is open", () => {
    const board = new ChallengeBoard();
    const remove = board.postHttp("abc", "abc.thumbprint");
    expect(board.httpAnswer(PATH)).toBe("abc.thumbprint");
    expect(board.httpAnswer("/.well-known/acme-challenge/other")).toBeUndefined();
    remove();
    expect(board.httpAnswer(PATH)).toBeUndefined();
  });

  test("has a certificate for the name of a TLS challenge, and for no other", () => {
    const board = new ChallengeBoard();
    const certificate = { cert: "cert", key: "key" };
    const remove = board.postTls("relay.example.org", certificate);
    expect(board.tlsCertificate("Relay.Example.org")).toBe(certificate);
    expect(board.tlsCertificate("other.example.org")).toBeUndefined();
    remove();
    expect(board.tlsCertificate("relay.example.org")).toBeUndefined();
  });
});

describe("the answer to a plain request", () => {
  const board = new ChallengeBoard();
  board.postHttp("abc", "abc.thumbprint");

  test("is the key authorization for a challenge, and nothing for one that is not open", () => {
    expect(answerPlain(PATH, board, ORIGIN)).toMatchObject({ status: 200, body: "abc.thumbprint" });
    expect(answerPlain(`${PATH}/../x`, board, ORIGIN)).toMatchObject({ status: 404, body: "" });
  });

  test.each([
    ["/", `${ORIGIN}/`],
    ["/s/id?a=b", `${ORIGIN}/s/id?a=b`],
    ["//evil.example/x", `${ORIGIN}//evil.example/x`],
    ["http://evil.example/x", `${ORIGIN}/`],
    ["*", `${ORIGIN}/`],
    ["@evil.example", `${ORIGIN}/`],
    ["/\\evil.example", `${ORIGIN}/\\evil.example`],
    ["/a\r\nb: c", `${ORIGIN}/`],
  ])("to %j is a redirect to our own origin", (target, location) => {
    expect(answerPlain(target, board, ORIGIN)).toMatchObject({ status: 308, headers: { location } });
    expect(new URL(location).origin).toBe(ORIGIN);
  });
});

test("the server answers challenges, redirects all else, and closes its connections", async () => {
  const board = new ChallengeBoard();
  board.postHttp("abc", "abc.thumbprint");
  const server = await serveChallenges({ board, origin: ORIGIN, host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const base = `http://127.0.0.1:${server.port}`;
  expect(await (await fetch(`${base}${PATH}`)).text()).toBe("abc.thumbprint");
  const redirect = await fetch(`${base}/a`, { method: "POST", body: "x", redirect: "manual" });
  expect([redirect.status, redirect.headers.get("location"), redirect.headers.get("connection")]).toEqual([308, `${ORIGIN}/a`, "close"]);
});
