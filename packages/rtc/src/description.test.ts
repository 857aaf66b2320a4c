import fc from "fast-check";
import { describe, expect, test } from "vitest";
import vectors from "../test-data/descriptions.json" with { type: "json" };
import { parseDescription, rewriteDescription, writeDescription } from "./description.ts";
import type { SessionDescription } from "./peer-connection.ts";
import { RtcError } from "./rtc-error.ts";

const REAL = vectors.descriptions as readonly (SessionDescription & { readonly name: string; readonly written: string })[];
const OFFER = REAL[0] ?? fail("no vectors");
const SNAP_CHUNK = "AQAAHmpJrOkAUAAA/////6M/5BbAAAAEgAgABoLA";
const SNAP_LINE = `a=sctp-init:${SNAP_CHUNK}`;

function fail(message: string): never {
  throw new Error(message);
}

const rewritten = (sdp: string, type: SessionDescription["type"] = "offer"): string => rewriteDescription({ type, sdp }).sdp;
const changed = (from: string | RegExp, to: string): string => {
  const sdp = OFFER.sdp.replace(from, to);
  return sdp === OFFER.sdp ? fail("the case changes nothing") : sdp;
};

describe("S-6: a description is written from its known lines", () => {
  test.each(REAL.map((vector): [string, typeof vector] => [`${vector.name}: ${vector.type}`, vector]))(
    "%s",
    (_name, { type, sdp, written }) => {
      expect(rewritten(sdp, type)).toBe(written);
      expect(rewritten(written, type)).toBe(written);
    },
  );

  test("the parsed value has the SDP's values", () => {
    expect(parseDescription(OFFER)).toEqual({
      sessionId: "1222104431375582021",
      mid: "0",
      bundled: true,
      iceLite: false,
      iceUfrag: "TAHZ",
      icePwd: "/1k+pf6e9gFEbPgziUt3Xhom",
      trickle: true,
      fingerprint: OFFER.sdp.match(/sha-256 (\S+)/u)?.[1],
      setup: "actpass",
      sctpPort: 5000,
      maxMessageSize: 262_144,
      sctpInit: undefined,
      candidates: [expect.stringContaining(".local 56831 typ host"), expect.stringContaining("typ srflx raddr 0.0.0.0 rport 0")],
    });
  });

  test.each([
    ["line ends without CR", OFFER.sdp.replaceAll("\r\n", "\n")],
    ["no line end after the last line", OFFER.sdp.trimEnd()],
    ["a fingerprint of another hash function beside it", changed("a=fingerprint", "a=fingerprint:sha-512 AB:CD\r\na=fingerprint")],
    ["another fingerprint for other sections", changed("m=", `a=fingerprint:sha-256 ${"00:".repeat(31)}00\r\nm=`)],
    ["a candidate twice", changed(/(a=candidate.*\r\n)/u, "$1$1")],
    ["a malformed candidate", changed("a=candidate", "a=candidate:hello\r\na=candidate")],
    [
      "the proto and the port of SCTP as before 2020",
      changed("UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5000").replace("a=sctp-port:5000\r\n", ""),
    ],
  ])("the result is the same with %s", (_what, sdp) => {
    expect(rewritten(sdp)).toBe(OFFER.written);
  });

  test("missing lines are not written", () => {
    expect(parseDescription({ type: "offer", sdp: changed("a=group:BUNDLE 0", "a=group:BUNDLE 1") }).bundled).toBe(false);
    expect(rewritten(changed("a=group:BUNDLE 0\r\n", ""))).not.toContain("BUNDLE");
    expect(rewritten(changed(/a=max-message-size.*\r\n/u, ""))).not.toContain("max-message-size");
    expect(rewritten(changed(/a=ice-options.*\r\n/u, "a=ice-options:ice2\r\n"))).not.toContain("ice-options");
    expect(rewritten(changed(/^o=.*$/mu, "o=x"))).toContain("\r\no=- 0 1 IN IP4 127.0.0.1\r\n");
    expect(rewritten(changed("a=group", "a=ice-lite\r\na=group"))).toContain("\r\na=ice-lite\r\n");
  });

  test.each([
    ["as Chromium writes it", SNAP_LINE],
    ["of 1,200 bytes", `a=sctp-init:AQ${"A".repeat(1598)}`],
  ])("an INIT chunk is kept: %s", (_what, line) => {
    for (const type of ["offer", "answer"] as const) {
      const sdp = OFFER.sdp.replace("actpass", "active");
      expect(rewritten(`${sdp}${line}\r\na=sctp-init:AQAA\r\n`, type)).toBe(`${rewritten(sdp, type)}${line}\r\n`);
    }
  });

  test("an INIT chunk for the whole session is not kept", () => {
    expect(rewritten(changed("m=application", `${SNAP_LINE}\r\nm=application`))).toBe(OFFER.written);
  });

  test("at most 64 candidates are kept", () => {
    const lines = Array.from({ length: 100 }, (_, index) => `a=candidate:1 1 udp 1 192.0.2.1 ${index + 1} typ host\r\n`).join("");
    expect(parseDescription({ type: "offer", sdp: OFFER.sdp + lines }).candidates).toHaveLength(64);
  });
});

describe("S-8: a malformed INIT chunk is left out of an offer, and makes an answer unusable", () => {
  test.each([
    ["empty", ""],
    ["of another type", SNAP_CHUNK.replace("AQ", "Ag")],
    ["with flags", SNAP_CHUNK.replace("AQ", "AR")],
    ["shorter than the fields of an INIT", SNAP_CHUNK.slice(0, 24)],
    ["larger than a packet", `AQ${"A".repeat(1602)}`],
    ["with a part of four characters missing", SNAP_CHUNK.slice(0, -1)],
    ["with other characters", SNAP_CHUNK.replace("AA", "--")],
    ["with something after it", `${SNAP_CHUNK} a=setup:active`],
  ])("%s", (_what, chunk) => {
    const line = `a=sctp-init:${chunk}\r\n`;
    expect(rewritten(OFFER.sdp + line)).toBe(OFFER.written);
    expect(() => rewritten(OFFER.sdp.replace("actpass", "active") + line, "answer")).toThrow(
      expect.objectContaining({ name: "RtcError", reason: "bad-description" }),
    );
  });
});

describe("S-6: a description is refused with", () => {
  test.each([
    ["nothing", "", "bad-description"],
    ["too many characters", OFFER.sdp + "a=x\r\n".repeat(20_000), "bad-description"],
    ["a second section", `${OFFER.sdp}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n`, "bad-description"],
    ["another section", changed("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "m=audio 9 UDP/TLS/RTP/SAVPF 111"), "bad-description"],
    ["a rejected section", changed("m=application 9", "m=application 0"), "bad-description"],
    ["no fingerprint", changed(/a=fingerprint.*\r\n/u, ""), "no-fingerprint"],
    ["two fingerprints", changed(/(a=fingerprint.*\r\n)/u, "$1$1"), "many-fingerprints"],
    ["a fingerprint of sha-1", changed("sha-256", "sha-1"), "weak-fingerprint"],
    ["no ufrag", changed(/a=ice-ufrag.*\r\n/u, ""), "bad-description"],
    ["a short password", changed(/a=ice-pwd.*/u, "a=ice-pwd:short"), "bad-description"],
    ["a line break of Unicode in the mid", changed("a=mid:0", `a=mid:0\u2028${SNAP_LINE}`), "bad-description"],
    ["a carriage return in the mid", changed("a=mid:0", `a=mid:0\r${SNAP_LINE}`), "bad-description"],
    ["an unknown role", changed("a=setup:actpass", "a=setup:holdconn"), "bad-description"],
    ["port 0 of SCTP", changed("sctp-port:5000", "sctp-port:0"), "bad-description"],
    ["a port of SCTP over 65535", changed("sctp-port:5000", "sctp-port:65536"), "bad-description"],
    ["a negative message size", changed("size:262144", "size:-5"), "bad-description"],
    ["an endless message size", changed("size:262144", `size:${"9".repeat(40)}`), "bad-description"],
  ])("%s", (_what, sdp, reason) => {
    expect(() => rewritten(sdp)).toThrow(expect.objectContaining({ name: "RtcError", reason }));
  });

  test("an answer that does not choose a DTLS role", () => {
    expect(() => rewritten(OFFER.sdp, "answer")).toThrow(expect.objectContaining({ reason: "bad-description" }));
  });
});

/** All lines that {@link writeDescription} may write. */
const WRITTEN = [
  /^v=0$/u,
  /^o=- \d{1,19} 1 IN IP4 127\.0\.0\.1$/u,
  /^s=-$/u,
  /^t=0 0$/u,
  /^a=group:BUNDLE [\w.-]{1,32}$/u,
  /^a=ice-lite$/u,
  /^m=application 9 UDP\/DTLS\/SCTP webrtc-datachannel$/u,
  /^c=IN IP4 0\.0\.0\.0$/u,
  /^a=candidate:\S+ 1 (?:udp|tcp) \d+ \S+ \d+ typ \w+(?: raddr \S+ rport \d+)?(?: tcptype \w+)?$/iu,
  /^a=ice-(?:ufrag|pwd):[a-zA-Z0-9+/]{4,256}$/u,
  /^a=ice-options:trickle$/u,
  /^a=fingerprint:sha-256 (?:[\dA-F]{2}:){31}[\dA-F]{2}$/u,
  /^a=setup:\w+$/u,
  /^a=mid:[\w.-]{1,32}$/u,
  /^a=sctp-port:\d{1,5}$/u,
  /^a=max-message-size:\d{1,15}$/u,
  /^a=sctp-init:AQ[a-zA-Z0-9+/]{24,1598}={0,2}$/u,
  /^$/u,
];

/** The attributes that are parsed. Unknown lines have others. */
const KNOWN = /^a=(?:mid|group|ice-lite|ice-ufrag|ice-pwd|ice-options|fingerprint|setup|sctp-port|max-message-size|sctp-init:|candidate)/u;
const unknownLine = fc
  .oneof(
    fc.constantFrom("a=sctp-initial:AQ", "a=cryptex", "a=sendrecv", "b=AS:30", "k=prompt", "a=ssrc:1 cname:x", "a=ice-pacing:50"),
    fc.string({ maxLength: 30 }).map((text) => `a=${text}`),
    fc.string({ maxLength: 30, unit: "binary" }).map((text) => `a=x-${text}`),
  )
  .filter((line) => !KNOWN.test(line) && !/[\r\n]/u.test(line));

test("S-6: no unknown line survives, wherever it is", () => {
  fc.assert(
    fc.property(fc.constantFrom(...REAL), fc.array(fc.tuple(unknownLine, fc.nat()), { minLength: 1, maxLength: 6 }), (vector, added) => {
      const lines = vector.sdp.split("\r\n");
      for (const [line, at] of added) lines.splice(at % lines.length, 0, line);
      expect(rewritten(lines.join("\r\n"), vector.type)).toBe(vector.written);
    }),
  );
});

test("S-6: any mutated description is refused by name, or written in known lines that parse to the same value", () => {
  const part = fc.oneof(
    fc.string({ maxLength: 40, unit: "binary" }),
    fc.constantFrom("\r\n", "\n", "\r", SNAP_LINE, "a=mid:", "m=", "\u2028", " "),
  );
  fc.assert(
    fc.property(fc.constantFrom(...REAL), fc.array(fc.tuple(fc.nat(), fc.nat(3), part), { maxLength: 4 }), ({ type, sdp }, cuts) => {
      const mutated = cuts.reduce((text, [at, length, put]) => {
        const start = at % text.length;
        return text.slice(0, start) + put + text.slice(start + length);
      }, sdp);
      let written = "";
      try {
        written = rewritten(mutated, type);
      } catch (error) {
        expect(error).toBeInstanceOf(RtcError);
        return;
      }
      for (const line of written.split("\r\n"))
        expect(
          WRITTEN.some((pattern) => pattern.test(line)),
          line,
        ).toBe(true);
      expect(writeDescription(parseDescription({ type, sdp: written }))).toBe(written);
    }),
    { numRuns: 500 },
  );
});
