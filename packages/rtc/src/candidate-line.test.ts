import { expect, test } from "vitest";
import { rewriteCandidate } from "./candidate-line.ts";

const HOST = "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host";
const SRFLX = "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 0.0.0.0 rport 0";
const TCP = "candidate:2 1 TCP 2105458943 192.0.2.1 9 typ host tcptype active";

test.each([
  ["a bare one", HOST, HOST],
  ["a line of an SDP", `a=${HOST}`, HOST],
  ["Chromium's", `${SRFLX} generation 0 ufrag x network-id 1 network-cost 999`, SRFLX],
  ["Firefox's, over TCP", `${TCP} unknown 1`, TCP],
  ["pion's", `${HOST} ufrag WOhQdUHejmoEWVNi`, HOST],
  ["a name", HOST.replace("192.0.2.1", "0f1e2d3c-aaaa.local"), HOST.replace("192.0.2.1", "0f1e2d3c-aaaa.local")],
  ["IPv6", HOST.replace("192.0.2.1", "2001:db8::1"), HOST.replace("192.0.2.1", "2001:db8::1")],
  ["a related port over 65535", `${HOST} raddr 0.0.0.0 rport 65536`, HOST],
  ["a TCP type without TCP", `${HOST} tcptype active`, HOST],
])("%s is written again with the known fields", (_name, line, written) => {
  expect(rewriteCandidate(line)).toBe(written);
  expect(rewriteCandidate(written)).toBe(written);
});

test.each([
  ["nothing", ""],
  ["the end of candidates", "a=end-of-candidates"],
  ["another component", HOST.replace(" 1 udp", " 2 udp")],
  ["another transport", HOST.replace("udp", "sctp")],
  ["a truncated line", "candidate:1 1 udp 1 192.0.2.1"],
  ["an unknown type", HOST.replace("host", "relayed")],
  ["a port over 65535", HOST.replace("50000", "65536")],
  ["a second line", `${HOST}\r\na=sctp-init:AQ`],
  ["control characters", `${HOST} a\u0000b`],
  ["too long a line", `${HOST} ${"x".repeat(600)}`],
])("%s is not a candidate", (_name, line) => {
  expect(rewriteCandidate(line)).toBeUndefined();
});
