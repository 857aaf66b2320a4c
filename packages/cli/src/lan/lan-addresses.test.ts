import { expect, it } from "vitest";
import { findLanAddresses } from "./lan-addresses.ts";
import { resolveLan } from "./lan-settings.ts";

const on = (...addresses: string[]): (() => never) => {
  const entries = addresses.map((address) => ({
    address,
    family: address.includes(":") ? "IPv6" : "IPv4",
    internal: address.startsWith("127."),
  }));
  return () => ({ all: entries }) as never;
};
const routed = (address?: string) => () => Promise.resolve(address);

it.each<[string, string[], string | undefined, string[]]>([
  ["the default route's address comes first", ["127.0.0.1", "172.17.0.1", "192.168.1.5"], "192.168.1.5", ["192.168.1.5", "172.17.0.1"]],
  ["a public address counts only if it is the default route's", ["8.8.4.4", "10.0.0.2"], "10.0.0.2", ["10.0.0.2"]],
  ["a public one of the default route", ["8.8.4.4"], "8.8.4.4", ["8.8.4.4"]],
  [
    "without a default route, private ones, those without a router last",
    ["169.254.3.4", "192.168.1.5"],
    undefined,
    ["192.168.1.5", "169.254.3.4"],
  ],
  ["only IPv6 and loopback", ["127.0.0.1", "fd00::2"], "127.0.0.1", []],
])("%s", async (_what, own, best, expected) => {
  expect(await findLanAddresses({ read: on(...own), routed: routed(best) })).toEqual(expected);
});

it("needs --lan for its other options", async () => {
  expect(await resolveLan({}, {})).toBeUndefined();
  await expect(resolveLan({ cast: true, lanHost: "10.0.0.1" }, {})).rejects.toMatchObject({
    reason: "usage",
    message: expect.stringMatching(/^--lan-host, --cast: .*Add --lan/),
  });
});

it("says what to do on a computer without a network", async () => {
  await expect(resolveLan({ lan: true }, {}, async () => [])).rejects.toMatchObject({
    reason: "cannot-listen",
    message: expect.stringMatching(/no IPv4 address/),
  });
});

it("announces no name on loopback, with --no-mdns, and with RANGECAST_MDNS=0", async () => {
  const find = async (): Promise<string[]> => ["192.168.1.5"];
  expect(await resolveLan({ lan: true }, {}, find)).toEqual({ addresses: ["192.168.1.5"], cast: false, mdns: true });
  expect(await resolveLan({ lan: true, mdns: false }, {}, find)).toMatchObject({ mdns: false });
  expect(await resolveLan({ lan: true }, { RANGECAST_MDNS: "0" }, find)).toMatchObject({ mdns: false });
  expect(await resolveLan({ lan: true, lanHost: "127.0.0.1" }, {}, find)).toMatchObject({ addresses: ["127.0.0.1"], mdns: false });
});
