import { describe, expect, it } from "vitest";
import { parseTunnel } from "./tunnel-options.ts";
import { resolveTunnel } from "./tunnel-settings.ts";

const tunnel = parseTunnel("tailscale");
const tunnelUrl = "https://films.example.org";

describe("resolveTunnel", () => {
  it("is undefined without the options", () => {
    expect(resolveTunnel({ port: 1, relay: "https://relay.example" })).toBeUndefined();
  });

  it.each([
    ["any free port for a program", { tunnel }, { program: tunnel, url: undefined, port: 0 }],
    ["the port that was asked for", { tunnel, tunnelUrl, port: 99 }, { program: tunnel, url: tunnelUrl, port: 99 }],
    ["the usual port for a tunnel that somebody else runs", { tunnelUrl }, { program: undefined, url: tunnelUrl, port: 7264 }],
    ["--no-relay and --no-page", { tunnel, relay: false, page: false } as const, { program: tunnel, url: undefined, port: 0 }],
  ])("takes %s", (_what, flags, settings) => {
    expect(resolveTunnel(flags)).toEqual(settings);
  });

  it.each([
    [{ tunnel, relay: "https://relay.example" }, /^--relay: .*one or the other/],
    [{ tunnelUrl, page: "https://page.example", host: "::1" }, /^--page, --host: /],
    [{ tunnel, tlsCert: "cert.pem", tlsKey: "key.pem" }, /^--tls-cert, --tls-key: /],
    [{ tunnelUrl, port: 0 }, /needs a port that the tunnel knows/],
  ])("refuses contradicting options: %#", (flags, message) => {
    expect(() => resolveTunnel(flags)).toThrow(expect.objectContaining({ reason: "usage", message: expect.stringMatching(message) }));
  });
});
