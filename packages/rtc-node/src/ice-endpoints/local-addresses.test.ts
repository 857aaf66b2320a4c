import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";

import { localAddresses } from "./local-addresses.ts";

const of = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  internal,
  netmask: "",
  mac: "",
  cidr: null,
  ...(address.includes(":") ? { family: "IPv6", scopeid: 0 } : { family: "IPv4" }),
});
const lo = [of("127.0.0.1", true), of("::1", true)];

test("IPv6 comes first; loopback and link-local addresses are left out", () => {
  const eth0 = [of("192.0.2.1"), of("169.254.7.7"), of("fe80::1"), of("2001:db8::1")];
  expect(localAddresses(() => ({ lo, eth0 }))).toEqual(["2001:db8::1", "192.0.2.1"]);
});

test("a machine without a network uses loopback", () => {
  expect(localAddresses(() => ({ lo, eth0: [of("fe80::1")] }))).toEqual(["::1", "127.0.0.1"]);
});

test("at most 16 are used, each once", () => {
  const many = Array.from({ length: 40 }, (_, index) => of(`192.0.2.${index >> 1}`));
  expect(localAddresses(() => ({ many }))).toHaveLength(16);
  expect(localAddresses(() => ({ one: [of("192.0.2.1")], two: [of("192.0.2.1")] }))).toEqual(["192.0.2.1"]);
});
