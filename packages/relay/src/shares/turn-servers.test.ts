import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createRelay } from "../relay.ts";
import { createTurnServers, TURN_TTL_SECONDS } from "./turn-servers.ts";

const clock = { now: () => 1_700_000_000_123, after: () => () => undefined };
const options = { urls: ["turn:turn.example:3478", "turn:turn.example:3478?transport=tcp"], secret: "north" };

describe("credentials of a TURN server", () => {
  test("L-11: follow the REST convention: expiry and a name, and their HMAC-SHA-1 with the shared secret", async () => {
    const [server, ...others] = await createTurnServers(options, clock)();
    expect(others).toEqual([]);
    expect(server?.urls).toEqual(options.urls);
    expect(server?.username).toMatch(new RegExp(`^${1_700_000_000 + TURN_TTL_SECONDS}:[0-9a-f]{24}$`, "u"));
    const mac = createHmac("sha1", options.secret).update(server?.username ?? "");
    expect(server?.credential).toBe(mac.digest("base64"));
  });

  test("are different each time", async () => {
    const make = createTurnServers(options, clock);
    const [[one], [other]] = await Promise.all([make(), make()]);
    expect(one?.username).not.toBe(other?.username);
  });

  test("last as long as configured", async () => {
    const [server] = await createTurnServers({ ...options, ttlSeconds: 60 }, clock)();
    expect(server?.username?.split(":")[0]).toBe("1700000060");
  });

  test.each([
    ["a URL of another scheme", { ...options, urls: ["stun:turn.example"] }],
    ["an invalid URL", { ...options, urls: ["turn:a b"] }],
    ["an empty secret", { ...options, secret: "" }],
  ])("are refused for %s", (_name, bad) => {
    expect(() => createTurnServers(bad, clock)).toThrow(RangeError);
  });

  test("L-11: come with at most three URLs in total", () => {
    const iceServers = [{ urls: ["stun:one.example", "stun:two.example"] }];
    expect(() => createRelay({ iceServers, turn: options })).toThrow(/three|3/u);
    expect(() => createRelay({ iceServers: [{ urls: "stun:one.example" }], turn: options })).not.toThrow();
  });
});
