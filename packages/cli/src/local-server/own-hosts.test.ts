import { expect, it } from "vitest";
import { isOwnHost } from "./own-hosts.ts";

const entry = (address: string): object => ({ address });
const read = (): never => ({ eth0: [entry("192.168.1.5"), entry("fd00::2")], lo: [entry("127.0.0.1")] }) as never;

it.each([
  ["192.168.1.5", true],
  ["192.168.1.5:7265", true],
  ["127.0.0.1:1", true],
  ["localhost:7265", true],
  ["LOCALHOST", true],
  ["rangecast.local", true],
  ["Rangecast.Local.:7265", true],
  ["[fd00::2]:7265", true],
  ["[::1]", true],
  ["192.168.1.6", false],
  ["evil.example", false],
  ["localhost.evil.example", false],
  ["rangecast.local.evil.example", false],
  ["evil.example@192.168.1.5", false],
  ["192.168.1.5/", false],
  ["192.168.1.5:port", false],
  ["", false],
  [null, false],
])("the Host %j: %s", (host, expected) => {
  expect(isOwnHost(host, read)).toBe(expected);
});
