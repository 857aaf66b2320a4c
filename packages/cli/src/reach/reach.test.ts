import { describe, expect, it } from "vitest";
import type { Config } from "../config/config-file.ts";
import type { ShareFlags } from "../share/settings.ts";
import { KNOWN_TUNNELS } from "../tunnel/known-tunnels.ts";
import { parseTunnel } from "../tunnel/tunnel-options.ts";
import { defaultOffer, flagsOf, flagsOfSetting, isDecided, type Machine, offersOf, type Reach, settingOf } from "./reach.ts";
import { parseReach } from "./reach-setting.ts";

const RELAY = "https://relay.example";
const CLOUDFLARED = { name: "cloudflared", operator: "Cloudflare" };
const SSH = { name: "localhost.run", operator: "localhost.run" };
const bare: Machine = { recentRelay: undefined, tunnels: [], address: undefined };

describe("offersOf", () => {
  const kinds = (machine: Partial<Machine>): string[] => offersOf({ ...bare, ...machine }).map(({ kind }) => kind);
  it.each<[string, Partial<Machine>, string[]]>([
    ["nothing", {}, ["computer"]],
    ["a network", { address: "192.168.1.5" }, ["network", "computer"]],
    ["tunnels", { tunnels: [CLOUDFLARED, SSH] }, ["tunnel", "tunnel", "computer"]],
    ["everything", { recentRelay: RELAY, tunnels: [CLOUDFLARED], address: "192.168.1.5" }, ["relay", "tunnel", "network", "computer"]],
  ])("of a computer with %s", (_what, machine, expected) => {
    expect(kinds(machine)).toEqual(expected);
  });
});

describe("defaultOffer", () => {
  it.each<[string, Partial<Machine>, Reach["kind"]]>([
    ["the relay that was used before", { recentRelay: RELAY, tunnels: [CLOUDFLARED], address: "192.168.1.5" }, "relay"],
    ["this computer, rather than a third party or no encryption", { tunnels: [CLOUDFLARED], address: "192.168.1.5" }, "computer"],
  ])("is %s", (_what, machine, kind) => {
    const offers = offersOf({ ...bare, ...machine });
    expect(offers[defaultOffer(offers)]?.kind).toBe(kind);
  });
});

describe("isDecided", () => {
  it.each<[string, Partial<ShareFlags>, NodeJS.ProcessEnv, Config, boolean]>([
    ["nothing", {}, {}, {}, false],
    ["options that have nothing to do with it", { port: 0, name: "x", ephemeral: true, udpPort: 5000 }, {}, {}, false],
    ["--relay", { relay: RELAY }, {}, {}, true],
    ["--no-relay", { relay: false }, {}, {}, true],
    ["--lan", { lan: true }, {}, {}, true],
    ["--tunnel", { tunnel: parseTunnel("cloudflared") }, {}, {}, true],
    ["--tunnel-url", { tunnelUrl: RELAY }, {}, {}, true],
    ["--tls-cert", { tlsCert: "cert.pem" }, {}, {}, true],
    ["--host", { host: "::" }, {}, {}, true],
    ["--page", { page: RELAY }, {}, {}, true],
    ["RANGECAST_RELAY", {}, { RANGECAST_RELAY: RELAY }, {}, true],
    ["an empty RANGECAST_RELAY", {}, { RANGECAST_RELAY: " " }, {}, false],
    ["a saved relay", {}, {}, { relay: RELAY }, true],
  ])("with %s", (_what, flags, env, config, expected) => {
    expect(isDecided({ qr: true, ...flags }, env, config)).toBe(expected);
  });
});

describe("a choice", () => {
  const choices: readonly Reach[] = [
    { kind: "computer" },
    { kind: "network", address: "192.168.1.5" },
    ...KNOWN_TUNNELS.map((tunnel) => ({ kind: "tunnel", tunnel }) as const),
  ];
  it.each(choices)("$kind has the same options now and when it is saved", (choice) => {
    const { reach = "" } = settingOf(choice);
    expect(flagsOfSetting(parseReach(reach))).toEqual(flagsOf(choice));
  });

  it("of a relay is saved as the relay", () => {
    expect(settingOf({ kind: "relay", relay: RELAY })).toEqual({ relay: RELAY });
    expect(flagsOf({ kind: "relay", relay: RELAY })).toEqual({ relay: RELAY });
  });
});

it("parseReach refuses other values, and names those that there are", () => {
  expect(() => parseReach("everywhere")).toThrow(/this-computer, this-network, cloudflared/);
});
