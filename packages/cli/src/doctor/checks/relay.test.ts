import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { CheckResult } from "../check.ts";
import { clockCheck } from "./clock.ts";
import { httpsCheck } from "./https.ts";
import { linkCheck } from "./link.ts";
import { postCheck } from "./post.ts";
import { relayCheck } from "./relay.ts";
import { udpCheck } from "./udp.ts";

const never = new AbortController().signal;
const MINUTE_MS = 60_000;

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const notFound = JSON.stringify({ error: "not-found", message: "there is no such share" });

describe("relay", () => {
  it("is recognised by its JSON error, and its time is known", async () => {
    const ahead = new Date(Date.now() + 7.5 * MINUTE_MS).toUTCString();
    const relay = await serve((_request, response) => response.writeHead(404, { date: ahead }).end(notFound));
    const result = await relayCheck.run({ relay }, never);
    expect(result).toMatchObject({ status: "pass", findings: { relayAnswers: true } });
    expect(await clockCheck.run(result.findings ?? {}, never)).toMatchObject({
      status: "fail",
      found: expect.stringMatching(/7 min \d+ s behind/),
    });
  });

  it.each<[string, number, Record<string, string>, string, RegExp]>([
    ["a page", 200, {}, "<!doctype html>", /HTTP 200\), but is not a rangecast relay/],
    ["JSON of another program", 404, {}, '{"error":{"code":404}}', /is not a rangecast relay/],
    ["a redirection", 301, { location: "https://elsewhere.example/" }, "", /redirects to https:\/\/elsewhere\.example/],
    ["a proxy without its relay", 502, {}, "Bad Gateway", /can't reach the relay behind it/],
  ])("is not recognised in %s", async (_what, status, headers, body, found) => {
    const relay = await serve((_request, response) => response.writeHead(status, headers).end(body));
    const result = await relayCheck.run({ relay }, never);
    expect(result).toMatchObject({ status: "fail", found: expect.stringMatching(found), advice: expect.stringMatching(/\.$/) });
    expect(result.findings?.relayAnswers).toBeUndefined();
  });
});

describe("post", () => {
  it("fails if something else responds", async () => {
    const relay = await serve((_request, response) => response.writeHead(405).end("Method Not Allowed"));
    expect(await postCheck.run({ relay, relayAnswers: true }, never)).toMatchObject({
      status: "fail",
      found: expect.stringContaining("405"),
    });
    expect(await postCheck.run({ relay }, never)).toMatchObject({ status: "skip" });
  });
});

describe("clock", () => {
  it.each<[number, CheckResult["status"], RegExp]>([
    [3000, "pass", /by 3 s/],
    [-2 * MINUTE_MS, "warn", /2 min behind/],
    [6 * MINUTE_MS, "fail", /6 min ahead/],
  ])("%i ms ahead", async (clockAheadMs, status, found) => {
    expect(await clockCheck.run({ clockAheadMs }, never)).toMatchObject({ status, found: expect.stringMatching(found) });
  });
});

describe("https", () => {
  it.each([
    ["https://relay.example", "pass"],
    ["http://127.0.0.1:1", "pass"],
    ["http://192.168.1.5:1", "warn"],
  ])("%s", async (relay, status) => {
    expect(await httpsCheck.run({ relay }, never)).toMatchObject({ status });
  });
});

describe("link", () => {
  const ID = "AAAAAAAAAAAAAAAAAAAAAA";
  it.each([
    [`https://relay.example/s/${ID}`, /part behind # is missing/],
    [`https://relay.example/s/${ID}#v1.short`, /damaged or cut off/],
    [`https://relay.example/s/${ID}#v9.${"A".repeat(43)}`, /version/],
    ["hello", /no http or https link/],
  ])("%s", async (text, found) => {
    expect(await linkCheck(text).run({}, never)).toMatchObject({
      status: "fail",
      found: expect.stringMatching(found),
      advice: expect.any(String),
    });
  });

  it("does not contain the secret in its result", async () => {
    const secret = "A".repeat(43);
    const result = await linkCheck(`https://relay.example/s/${ID}#v1.${secret}`).run({}, never);
    expect(result.status).toBe("pass");
    expect(result.found).not.toContain(secret);
  });
});

describe("udp", () => {
  it.each<[Parameters<typeof udpCheck.run>[0], CheckResult["status"], RegExp]>([
    [{}, "skip", /no STUN or TURN/],
    [{ stun: { asked: 2, answered: 0 }, turn: { asked: 1, answered: 1 } }, "pass", /works/],
    [{ stun: { asked: 2, answered: 0 }, relayAnswers: true }, "fail", /none of 2 servers over UDP/],
    [{ stun: { asked: 1, answered: 0 } }, "fail", /offline/],
  ])("%o", async (findings, status, found) => {
    expect(await udpCheck.run(findings, never)).toMatchObject({ status, found: expect.stringMatching(found) });
  });
});
