import { ClientError, type ClientErrorReason } from "@rangecast/client";
import { summarizeCandidates } from "@rangecast/rtc";
import { SignalError } from "@rangecast/signal";
import { describe, expect, it } from "vitest";
import { CliError } from "../failure/cli-error.ts";
import { refusalOfGet, whatToDiagnose } from "./refusals.ts";
import { PartGoneError } from "./save/part-file.ts";

const CONTEXT = { relay: "https://relay.example", folder: "films", resumable: false };
const system = (code: string): Error => Object.assign(new Error(code), { code });

/** Typed so that a new reason does not compile until it is tested. */
const ALL: Readonly<Record<ClientErrorReason, true>> = {
  "link-incomplete": true,
  "link-invalid": true,
  "relay-unreachable": true,
  "not-found": true,
  "host-offline": true,
  busy: true,
  "no-connection": true,
  "wrong-host": true,
  timeout: true,
  closed: true,
  "host-stopped": true,
  "host-revoked": true,
  unsupported: true,
  "file-changed": true,
  "file-gone": true,
  unreadable: true,
  "out-of-range": true,
  "protocol-error": true,
  aborted: true,
};
/** Codes, reasons of programs and names of classes. */
const MACHINE_WORD = /\bE[A-Z]{3,}\b|\([a-z-]+\)|\b(?:host|link|file|wrong|not|relay)-[a-z]+\b|Error/;

describe("refusalOfGet", () => {
  it.each<[ClientErrorReason, string]>([
    ["link-invalid", "bad-link"],
    ["relay-unreachable", "relay-failed"],
    ["host-offline", "host-offline"],
    ["host-stopped", "host-offline"],
    ["busy", "host-busy"],
    ["no-connection", "no-connection"],
    ["timeout", "no-connection"],
    ["file-changed", "file-changed"],
    ["unreadable", "remote-failed"],
    ["wrong-host", "remote-failed"],
    ["protocol-error", "remote-failed"],
  ])("tells of %s as %s", (theirs, ours) => {
    expect(refusalOfGet(new ClientError(theirs, "words"), CONTEXT)).toMatchObject({ name: "CliError", reason: ours, resumable: false });
  });

  it.each<[string, string, RegExp]>([
    ["ENOSPC", "no-space", /films is full/],
    ["EDQUOT", "no-space", /your share/i],
    ["EEXIST", "exists", /--overwrite/],
    ["EACCES", "cannot-write", /lack permission to write in films/],
    ["EROFS", "cannot-write", /permission/],
    ["ENOENT", "cannot-write", /in films is gone: the folder or the file was moved or deleted/],
    ["EIO", "cannot-write", /the disk has an error/],
  ])("tells of the system's %s as %s", (code, reason, message) => {
    expect(refusalOfGet(system(code), CONTEXT)).toMatchObject({ reason, message: expect.stringMatching(message) });
  });

  it("says how to go on where that is possible, and not after the file changed", () => {
    const resumable = { ...CONTEXT, resumable: true };
    for (const error of [
      system("ENOSPC"),
      new ClientError("timeout", "words"),
      new PartGoneError("words"),
      new CliError("exists", "Words."),
    ]) {
      expect(refusalOfGet(error, resumable)).toMatchObject({
        resumable: true,
        message: expect.stringMatching(/run the same command again to go on\.$/),
      });
    }
    const changed = refusalOfGet(new ClientError("file-changed", "words"), resumable);
    expect(changed).toMatchObject({ resumable: false, message: expect.stringMatching(/again to fetch the new version\.$/) });
  });

  it.each(Object.keys(ALL) as ClientErrorReason[])("tells of %s without a machine's word", (reason) => {
    const cause = new SignalError("unreachable", "the relay can't be reached", {
      cause: new TypeError("fetch failed", { cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }) }),
    });
    for (const error of [new ClientError(reason, "words"), new ClientError(reason, "words", { cause })]) {
      const { message } = refusalOfGet(error, CONTEXT) as CliError;
      expect(message).toMatch(/^[A-Z].*\.$|with the link\.$/);
      expect(message.replaceAll("no-connection", "")).not.toMatch(MACHINE_WORD);
    }
  });

  it("tells what the doctor found, where it was asked, and else where to look", () => {
    const trouble = { check: "events", found: "a proxy holds event streams back until they end", advice: "Switch it off." };
    for (const reason of ["timeout", "relay-unreachable"] as const) {
      const error = new ClientError(reason, "words");
      expect(whatToDiagnose(error)).toBe("relay");
      expect((refusalOfGet(error, { ...CONTEXT, trouble }) as CliError).message).toMatch(
        /[Aa] proxy holds event streams back until they end\. Switch it off\.$/,
      );
    }
    expect(whatToDiagnose(new ClientError("no-connection", "words"))).toBe("path");
    expect(whatToDiagnose(new ClientError("file-changed", "words"))).toBeUndefined();
    expect((refusalOfGet(new ClientError("timeout", "words"), CONTEXT) as CliError).message).toMatch(/rangecast doctor/);
  });

  it("tells why no connection came about, by what both sides offered", () => {
    const offered = summarizeCandidates(["candidate:1 1 udp 1 192.168.1.2 9 typ host"]);
    const diagnosis = { local: offered, remote: offered, iceServers: { stun: 0, turn: 0 }, tried: true, connected: false };
    const { message } = refusalOfGet(new ClientError("no-connection", "no path to the host was found", { diagnosis }), CONTEXT) as CliError;
    expect(message).toMatch(
      /no path to the host was found\. Both sides know only addresses of their own network\. The host needs a STUN server/,
    );
  });

  it("tells a share that the relay does not know from a file that the host no longer has", () => {
    const unknown = new ClientError("not-found", "words", { cause: new SignalError("not-found", "words") });
    expect(refusalOfGet(unknown, CONTEXT)).toMatchObject({ reason: "bad-link" });
    expect(refusalOfGet(new ClientError("not-found", "the host no longer has the file"), CONTEXT)).toMatchObject({
      reason: "remote-failed",
      message: expect.stringMatching(/^The host no longer has the file\. It may have been moved, renamed or deleted there/),
    });
  });

  it("speaks of standard output where there is no folder", () => {
    const refusal = refusalOfGet(system("ENOSPC"), { ...CONTEXT, folder: undefined });
    expect(refusal).toMatchObject({ reason: "no-space", message: expect.stringContaining("Standard output") });
  });

  it("leaves our own faults as they are", () => {
    const fault = new TypeError("x is undefined");
    expect(refusalOfGet(fault, CONTEXT)).toBe(fault);
    const internal = system("ERR_INVALID_ARG_TYPE");
    expect(refusalOfGet(internal, CONTEXT)).toBe(internal);
  });
});
