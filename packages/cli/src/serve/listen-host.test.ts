import { describe, expect, it } from "vitest";
import { chooseListenHost, isLocalNetworkHost, isLoopbackHost, urlHost } from "./listen-host.ts";
import type { CertificateNames } from "./tls.ts";

const names = (dns: readonly string[], ip: readonly string[] = []): CertificateNames => ({
  dns,
  ip,
  covers: (host) => [...dns, ...ip].includes(host),
});
const LAN = ["192.168.7.5", "2001:db8::5"];

describe("chooseListenHost", () => {
  it("listens on this computer only without a certificate, because browsers elsewhere would refuse the page", () => {
    expect(chooseListenHost({ addresses: LAN })).toEqual({ bind: "127.0.0.1", link: "127.0.0.1" });
  });

  it("listens on all addresses with a certificate, and links to the name it covers", () => {
    const certificate = names(["localhost", "films.example.org"]);
    expect(chooseListenHost({ names: certificate, addresses: LAN })).toEqual({ bind: "0.0.0.0", link: "films.example.org" });
  });

  it("links to our address if the certificate covers that and no public name", () => {
    expect(chooseListenHost({ names: names(["localhost"], ["192.168.7.5"]), addresses: LAN }).link).toBe("192.168.7.5");
  });

  it("links to localhost if the certificate covers nothing else", () => {
    expect(chooseListenHost({ names: names(["localhost"]), addresses: LAN }).link).toBe("localhost");
  });

  it("links to this computer if it listens on all addresses without a certificate, because no other browser would play", () => {
    expect(chooseListenHost({ host: "0.0.0.0", addresses: LAN })).toEqual({ bind: "0.0.0.0", link: "127.0.0.1" });
    expect(chooseListenHost({ host: "::", addresses: LAN })).toEqual({ bind: "::", link: "127.0.0.1" });
  });

  it("links to a requested address, even if browsers refuse it", () => {
    expect(chooseListenHost({ host: "192.168.7.5", addresses: LAN }).link).toBe("192.168.7.5");
  });

  it("uses the requested host if the certificate covers it", () => {
    const certificate = names(["a.example", "b.example"]);
    expect(chooseListenHost({ host: "b.example", names: certificate, addresses: LAN })).toEqual({ bind: "b.example", link: "b.example" });
  });

  it("listens on the requested address, and links to the certificate's name for it", () => {
    expect(chooseListenHost({ host: "192.168.7.5", names: names(["a.example"]), addresses: LAN })).toEqual({
      bind: "192.168.7.5",
      link: "a.example",
    });
  });

  it("falls back to the address if the certificate has no usable name", () => {
    expect(chooseListenHost({ names: names([]), addresses: LAN }).link).toBe("192.168.7.5");
  });
});

describe("hosts", () => {
  it.each(["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"])("recognises %s as this computer", (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });
  it.each(["128.0.0.1", "localhost.example.org", "127.example.org", "::2"])("doesn't recognise %s as this computer", (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
  it.each(["10.1.2.3", "172.31.0.1", "192.168.0.1", "169.254.1.1", "fd00::1", "[fe80::1]", "nas.local", "nas.home.arpa"])(
    "knows %s as the local network's",
    (host) => {
      expect(isLocalNetworkHost(host)).toBe(true);
    },
  );
  it.each(["172.32.0.1", "11.0.0.1", "2001:db8::1", "local.example.org"])("doesn't recognise %s as the local network", (host) => {
    expect(isLocalNetworkHost(host)).toBe(false);
  });
  it("writes IPv6 addresses in brackets", () => expect([urlHost("::1"), urlHost("127.0.0.1")]).toEqual(["[::1]", "127.0.0.1"]));
});
