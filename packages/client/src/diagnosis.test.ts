import { expect, test } from "vitest";
import { CandidateTally, countServers } from "./diagnosis.ts";

const HOST = "candidate:1 1 udp 2122260223 192.168.1.2 5000 typ host generation 0";
const MDNS = "candidate:2 1 UDP 2122260223 0b1c-44.local 5001 typ host";
const REFLEXIVE = "candidate:3 1 udp 1686052607 198.51.100.1 5002 typ srflx raddr 0.0.0.0 rport 0";
const TCP = "candidate:4 1 tcp 1518280447 192.168.1.2 9 typ host tcptype active";
const RELAY = "candidate:5 1 udp 41885695 203.0.113.9 5003 typ relay raddr 198.51.100.1 rport 5002";

test("candidates are counted by kind and transport, a .local name as a host's", () => {
  const tally = new CandidateTally();
  for (const candidate of [HOST, MDNS, REFLEXIVE, TCP, RELAY]) tally.add({ candidate, sdpMid: "0" });
  expect(tally.summary).toEqual({ host: 3, mdns: 1, srflx: 1, prflx: 0, relay: 1, udp: 4, tcp: 1 });
});

test("those of a description count too, and one that comes again counts once", () => {
  const tally = new CandidateTally();
  tally.addSdp(`v=0\r\na=${HOST}\r\na=mid:0\r\na=${RELAY}\r\n`);
  tally.add({ candidate: HOST });
  expect(tally.summary).toMatchObject({ host: 1, relay: 1, udp: 2 });
});

test("what is no candidate counts as nothing, and a flood is bounded", () => {
  const tally = new CandidateTally();
  for (const candidate of ["", "nonsense", "candidate:", "candidate:1 1 udp x y z typ host"]) tally.add({ candidate });
  tally.add({});
  expect(tally.summary.host).toBe(0);
  for (let port = 0; port < 10_000; port += 1) tally.add({ candidate: `candidate:1 1 udp 1 10.0.0.1 ${port} typ host` });
  expect(tally.summary.host).toBeLessThan(1000);
});

test("servers are counted by their URLs", () => {
  expect(
    countServers([{ urls: "stun:a" }, { urls: ["turn:b?transport=udp", "turns:b:443?transport=tcp"], username: "u", credential: "c" }]),
  ).toEqual({ stun: 1, turn: 2 });
  expect(countServers([])).toEqual({ stun: 0, turn: 0 });
});
