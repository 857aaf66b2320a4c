import { describe, expect, it } from "vitest";
import {
  collectDomain,
  collectKey,
  collectStun,
  collectTurn,
  parseDirectory,
  parseEmail,
  parseFixedPort,
  parseHost,
  parseKeys,
  parseName,
  parseOrigin,
  parsePage,
  parsePort,
  parseSaveName,
  parseUdpPort,
} from "./option-values.ts";

type Parse = (text: string) => unknown;

const GOOD: ReadonlyArray<readonly [string, Parse, string, unknown]> = [
  ["any free port", parsePort, "0", 0],
  ["the highest port", parsePort, "65535", 65_535],
  ["a UDP port", parseUdpPort, "50000", 50_000],
  ["an address", parseHost, "0.0.0.0", "0.0.0.0"],
  ["an IPv6 address", parseHost, "::1", "::1"],
  ["an IPv6 address in brackets", parseHost, "[2001:db8::7]", "2001:db8::7"],
  ["a host name", parseHost, "films.example.org", "films.example.org"],
  ["a hidden name to save under", parseSaveName, ".film.mp4", ".film.mp4"],
  ["a name with spaces and accents", parseName, " Été à la mer.mp4 ", "Été à la mer.mp4"],
  ["a relay with a slash at the end", parseOrigin, "https://relay.example.org/", "https://relay.example.org"],
  ["a relay with the scheme's own port", parseOrigin, "https://relay.example.org:443", "https://relay.example.org"],
  ["a page with a path", parsePage, "https://example.org/cast/", "https://example.org/cast"],
  ["a page that is an origin", parsePage, "http://localhost:5173", "http://localhost:5173"],
  ["a STUN server", collectStun, "stun:stun.example.org:3478", ["stun:stun.example.org:3478"]],
  ["a STUN server without its scheme", collectStun, "192.0.2.1:3478", ["stun:192.0.2.1:3478"]],
  ["a STUN server by IPv6", collectStun, "stun:[2001:db8::1]", ["stun:[2001:db8::1]"]],
  ["a domain", collectDomain, "Relay.Example.org.", ["relay.example.org"]],
  ["a domain in Unicode", collectDomain, "bücher.example", ["xn--bcher-kva.example"]],
  ["an e-mail address", parseEmail, "admin+tls@example.org", "admin+tls@example.org"],
  ["a CA's directory", parseDirectory, "https://ca.example:14000/dir", "https://ca.example:14000/dir"],
  ["a key", collectKey, "0123456789abcdef", ["0123456789abcdef"]],
];

const BAD: ReadonlyArray<readonly [string, Parse, string]> = [
  ["a port over 65535", parsePort, "65536"],
  ["a negative port", parsePort, "-1"],
  ["a port in hexadecimal", parsePort, "0x50"],
  ["a port with a fraction", parsePort, "80.5"],
  ["an empty port", parsePort, ""],
  ["UDP port 0", parseUdpPort, "0"],
  ["a host with a scheme", parseHost, "http://example.org"],
  ["a host with a port", parseHost, "example.org:80"],
  ["an empty host", parseHost, ""],
  ["an empty name", parseName, "   "],
  ["a name with a line end", parseName, "a\nb"],
  ["a name that turns the writing direction", parseName, "a\u202Eb"],
  ["a name that is a path", parseName, "../secret"],
  ["a name to save under that is this folder", parseSaveName, "."],
  ["a name to save under that is the folder above", parseSaveName, " .. "],
  ["a name to save under that is a path", parseSaveName, "a/b"],
  ["a name over 255 bytes", parseName, "é".repeat(128)],
  ["a relay with a path", parseOrigin, "https://example.org/relay"],
  ["a relay of another scheme", parseOrigin, "ftp://example.org"],
  ["a relay without scheme", parseOrigin, "relay.example.org"],
  ["a page with a secret after #", parsePage, "https://example.org/s/x#v1.y"],
  ["a page with a query", parsePage, "https://example.org/?a=b"],
  ["a page with a password", parsePage, "https://a:b@example.org"],
  ["a TURN server where STUN is asked for", collectStun, "turn:example.org"],
  ["a STUN server where TURN is asked for", collectTurn, "stun:example.org"],
  ["a TURN server by another transport", collectTurn, "turn:example.org?transport=sctp"],
  ["a domain that is an address", collectDomain, "192.0.2.1"],
  ["a domain that is this computer", collectDomain, "localhost"],
  ["a domain with a wildcard", collectDomain, "*.example.org"],
  ["a domain with a scheme", collectDomain, "https://relay.example.org"],
  ["a domain with a port", collectDomain, "relay.example.org:443"],
  ["a domain that is a path", collectDomain, "../example.org"],
  ["an empty domain", collectDomain, " "],
  ["a domain with a label of 64 characters", collectDomain, `${"a".repeat(64)}.example.org`],
  ["two e-mail addresses", parseEmail, "a@example.org,b@example.org"],
  ["an e-mail address with a header", parseEmail, "a@example.org?bcc=b"],
  ["a directory over http", parseDirectory, "http://ca.example/dir"],
  ["port 0 where others must know it", parseFixedPort, "0"],
  ["a short key", collectKey, "secret"],
  ["a key that no header can carry", collectKey, "0123456789abcdef é"],
];

describe("option values", () => {
  it.each(GOOD)("accepts %s", (_name, parse, text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it.each(BAD)("refuses %s as a bad argument", (_name, parse, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "commander.invalidArgument" }));
  });

  it("collects the STUN and the TURN servers in order", () => {
    expect(["a:1", "stun:b:1"].reduce<string[]>((before, text) => collectStun(text, before), [])).toEqual(["stun:a:1", "stun:b:1"]);
    const turn = ["a:1", "turn:b:1?transport=tcp", "turns:c"].reduce<string[]>((before, text) => collectTurn(text, before), []);
    expect(turn).toEqual(["turn:a:1", "turn:b:1?transport=tcp", "turns:c"]);
  });

  it("collects domains once each, and at most 20", () => {
    expect(["a.example", "b.example", "A.example"].reduce<string[]>((before, text) => collectDomain(text, before), [])).toEqual([
      "a.example",
      "b.example",
    ]);
    const many = Array.from({ length: 20 }, (_, index) => `n${index}.example`);
    expect(() => collectDomain("one.more.example", many)).toThrow(/at most 20/u);
  });

  it("accepts a STUN server after --no-stun", () => {
    expect(collectStun("a:1", false)).toEqual(["stun:a:1"]);
  });

  it("splits the keys of the environment at commas and white space", () => {
    expect(parseKeys(" one,two\nthree ,")).toEqual(["one", "two", "three"]);
  });
});
