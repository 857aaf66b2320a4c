import { describe, expect, it } from "vitest";
import { argumentsFor, parseTunnel, parseTunnelUrl } from "./tunnel-options.ts";

describe("parseTunnel", () => {
  it.each([
    ["cloudflared", ["cloudflared", "tunnel", "--no-autoupdate", "--url", "http://127.0.0.1:4321"]],
    [" tailscale ", ["tailscale", "funnel", "4321"]],
    ["my 'tunnel to' --at=127.0.0.1:{port}/{port}", ["my", "tunnel to", "--at=127.0.0.1:4321/4321"]],
  ])("turns %j into a program and its arguments", (text, expected) => {
    const tunnel = parseTunnel(text);
    expect([tunnel.program, ...argumentsFor(tunnel, 4321)]).toEqual(expected);
  });

  it("knows the pattern of a name, and none of a command with the same program", () => {
    expect(parseTunnel("cloudflared").known?.name).toBe("cloudflared");
    expect(parseTunnel("cloudflared tunnel --url http://localhost:{port}").known).toBeUndefined();
  });

  it.each([
    ["an unknown name", "ngrok", /cloudflared, tailscale, localhost\.run, or a command with \{port\}/],
    ["a command without the port", "ssh -R 80:localhost:80 host", /\{port\}/],
    ["a program that is the port", "{port}", /\{port\}/],
    ["nothing", " ", /\{port\}/],
    ["an open quote", "a 'b {port}", /quote/],
  ])("refuses %s", (_what, text, message) => {
    expect(() => parseTunnel(text)).toThrow(message);
  });
});

describe("parseTunnelUrl", () => {
  it.each([
    ["https://films.example.org/", "https://films.example.org"],
    ["http://localhost:8080", "http://localhost:8080"],
    ["http://10.77.0.1:8080", "http://10.77.0.1:8080"],
    ["http://nas.local", "http://nas.local"],
  ])("accepts %s", (text, origin) => {
    expect(parseTunnelUrl(text)).toBe(origin);
  });

  it.each([
    ["http at a public address", "http://films.example.org", /https:/],
    ["a path", "https://films.example.org/films", /scheme, host and port/],
    ["no address", "films", /whole address/],
  ])("refuses %s", (_what, text, message) => {
    expect(() => parseTunnelUrl(text)).toThrow(message);
  });
});
