import type { NetworkInterfaceInfo } from "node:os";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CHECK_MS, watchAddresses } from "./watch-addresses.ts";

const MAC = "00:00:00:00:00:00";
const v4 = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  netmask: "255.255.255.0",
  family: "IPv4",
  mac: MAC,
  internal,
  cidr: `${address}/24`,
});

let interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>;
const onChange = vi.fn();
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  interfaces = { lo: [v4("127.0.0.1", true)], eth0: [v4("192.0.2.1"), v4("192.0.2.2")] };
  onChange.mockClear();
  stop = watchAddresses(onChange, () => interfaces);
});
afterEach(() => {
  stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test.each<[string, NodeJS.Dict<NetworkInterfaceInfo[]>]>([
  ["another address", { eth0: [v4("192.0.2.1"), v4("192.0.2.3")] }],
  ["one more", { eth0: [v4("192.0.2.1"), v4("192.0.2.2")], wlan0: [v4("198.51.100.7")] }],
  ["a link that is down", {}],
])("R-6: %s is reported once", (_name, next) => {
  interfaces = next;
  vi.advanceTimersByTime(CHECK_MS);
  expect(onChange).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(10 * CHECK_MS);
  expect(onChange).toHaveBeenCalledTimes(1);
});

test("another order, or another loopback address, is no change", () => {
  interfaces = { eth0: [v4("192.0.2.2"), v4("192.0.2.1")], lo: [v4("127.0.0.1", true), v4("127.0.0.2", true)] };
  vi.advanceTimersByTime(10 * CHECK_MS);
  expect(onChange).not.toHaveBeenCalled();
});

test.each([
  ["from the start", true],
  ["for a while", false],
])("a system that doesn't provide the addresses %s is no change", (_name, fromTheFirst) => {
  let refuses = fromTheFirst;
  const read = (): typeof interfaces => (refuses ? expect.fail("not allowed") : interfaces);
  const stopThis = watchAddresses(onChange, read);
  refuses = true;
  vi.advanceTimersByTime(CHECK_MS);
  refuses = false;
  vi.advanceTimersByTime(CHECK_MS);
  expect(onChange).not.toHaveBeenCalled();
  stopThis();
});

test("the machine's own addresses can be read", () => {
  const stopOwn = watchAddresses(onChange);
  vi.advanceTimersByTime(CHECK_MS);
  expect(onChange).not.toHaveBeenCalled();
  stopOwn();
});
