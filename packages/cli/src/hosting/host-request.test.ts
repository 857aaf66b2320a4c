import { describe, expect, it } from "vitest";
import { type EndpointRequest, sameEndpoint } from "./host-request.ts";

const OWN: EndpointRequest = { server: {}, iceServers: [] };
const at = (port: number): EndpointRequest => ({ server: { port }, iceServers: [] });

describe("sameEndpoint", () => {
  it.each<[string, EndpointRequest, EndpointRequest, boolean]>([
    ["both take any port", OWN, at(0), true],
    ["the wanted port is the open one", OWN, at(7264), true],
    ["the wanted port is another one", at(7264), at(8000), false],
    ["another relay is wanted", OWN, { relay: "https://a.example", iceServers: [] }, false],
    ["the relay is the same", { relay: "https://a.example", iceServers: [] }, { relay: "https://a.example", iceServers: [] }, true],
    ["another page is wanted", OWN, { ...OWN, page: "https://a.example" }, false],
    ["another UDP port is wanted", { ...OWN, udpPort: 1 }, { ...OWN, udpPort: 2 }, false],
    ["other servers are wanted", OWN, { ...OWN, iceServers: [{ urls: "stun:a.example" }] }, false],
    ["another address is wanted", OWN, { server: { host: "0.0.0.0" }, iceServers: [] }, false],
  ])("%s", (_what, open, wanted, same) => {
    expect(sameEndpoint(open, 7264, wanted)).toBe(same);
  });
});
