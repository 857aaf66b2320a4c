import { expect, it } from "vitest";
import { iceAddresses } from "./ice-url.ts";

it("parses the addresses of all servers, with default ports and transports", () => {
  const turn = {
    urls: ["turn:t.example", "turn:t.example:80?transport=tcp", "turns:[2001:db8::1]:443?transport=tcp"],
    username: "u",
    credential: "c",
  };
  expect(iceAddresses([{ urls: "stun:s.example" }, { urls: "stuns:s.example" }, turn, { urls: "nonsense" }])).toEqual([
    { url: "stun:s.example", kind: "stun", transport: "udp", host: "s.example", port: 3478 },
    { url: "stuns:s.example", kind: "stun", transport: "tls", host: "s.example", port: 5349 },
    { url: "turn:t.example", kind: "turn", transport: "udp", host: "t.example", port: 3478, username: "u", credential: "c" },
    { url: "turn:t.example:80?transport=tcp", kind: "turn", transport: "tcp", host: "t.example", port: 80, username: "u", credential: "c" },
    {
      url: "turns:[2001:db8::1]:443?transport=tcp",
      kind: "turn",
      transport: "tls",
      host: "2001:db8::1",
      port: 443,
      username: "u",
      credential: "c",
    },
  ]);
});
