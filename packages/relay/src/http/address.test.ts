import { expect, test } from "vitest";
import { clientBucket } from "./address.ts";

const cases: readonly { name: string; socket?: string; forwardedFor?: string; trustProxy?: boolean; bucket: string }[] = [
  { name: "an IPv4 socket", socket: "192.0.2.7", bucket: "192.0.2.7" },
  { name: "an IPv4 client of a dual-stack socket", socket: "::ffff:192.0.2.7", bucket: "192.0.2.7" },
  { name: "an IPv6 client by its /64", socket: "2001:db8:1:2:aaaa:bbbb:cccc:dddd", bucket: "2001:db8:1:2::/64" },
  { name: "another host of that /64", socket: "2001:0DB8:1:2::1", bucket: "2001:db8:1:2::/64" },
  { name: "IPv6 loopback", socket: "::1", bucket: "0:0:0:0::/64" },
  { name: "a link-local address with its zone", socket: "fe80::1%eth0", bucket: "fe80:0:0:0::/64" },
  { name: "no address", bucket: "unknown" },
  { name: "no valid address", socket: "1:2:3", bucket: "unknown" },
  { name: "an IPv6 address of too many groups", socket: "1:2:3:4:5:6:7:8:9", bucket: "unknown" },
  { name: "an address with two gaps", socket: "1::2::3", bucket: "unknown" },
  { name: "bytes over 255", socket: "300.1.1.1", bucket: "unknown" },
  { name: "a forwarded address without a trusted proxy", socket: "192.0.2.7", forwardedFor: "198.51.100.1", bucket: "192.0.2.7" },
  { name: "a forwarded address", socket: "127.0.0.1", forwardedFor: "198.51.100.1", trustProxy: true, bucket: "198.51.100.1" },
  {
    name: "only the last hop, since the client can forge the others",
    socket: "127.0.0.1",
    forwardedFor: "203.0.113.9, 198.51.100.1",
    trustProxy: true,
    bucket: "198.51.100.1",
  },
  {
    name: "a forwarded address with a port",
    socket: "127.0.0.1",
    forwardedFor: "198.51.100.1:443",
    trustProxy: true,
    bucket: "198.51.100.1",
  },
  {
    name: "a forwarded IPv6 address with a port",
    socket: "127.0.0.1",
    forwardedFor: "[2001:db8::1]:443",
    trustProxy: true,
    bucket: "2001:db8:0:0::/64",
  },
  {
    name: "the socket where the proxy wrote nonsense",
    socket: "127.0.0.1",
    forwardedFor: "unknown",
    trustProxy: true,
    bucket: "127.0.0.1",
  },
  { name: "the socket where the proxy wrote nothing", socket: "127.0.0.1", trustProxy: true, bucket: "127.0.0.1" },
];

test.each(cases)("counts $name as $bucket", ({ socket, forwardedFor, trustProxy, bucket }) => {
  expect(clientBucket({ socket, forwardedFor: forwardedFor ?? null, trustProxy: trustProxy ?? false })).toBe(bucket);
});
