import { ClientError, type ClientErrorReason } from "@rangecast/client";
import { summarizeCandidates } from "@rangecast/rtc";
import { SignalError } from "@rangecast/signal";
import { describe, expect, it } from "vitest";
import { CliError } from "../failure/cli-error.ts";
import { whatToDiagnose } from "../remote/remote-refusal.ts";
import { refusalOf } from "./refusals.ts";
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
  "link-expired": true,
  "used-up": true,
  dropped: true,
  unsupported: true,
  "file-changed": true,
  "file-gone": true,
  unreadable: true,
  "out-of-range": true,
  "protocol-error": true,
  aborted: true,
};
/** Codes, machine-readable reasons and class names. */
const MACHINE_WORD = /\bE[A-Z]{3,}\b|\([a-z-]+\)|\b(?:host|link|file|wrong|not|relay)-[a-z]+\b|Error/;

describe("refusalOf", () => {
  it.each<[ClientErrorReason, string]>([
    ["link-invalid", "bad-link"],
    ["relay-unreachable", "relay-failed"],
    ["host-offline", "host-offline"],
    ["host-stopped", "host-offline"],
    ["host-revoked", "link-ended"],
    ["link-expired", "link-ended"],
    ["used-up", "link-ended"],
    ["dropped", "link-ended"],
    ["busy", "host-busy"],
    ["no-connection", "no-connection"],
    ["timeout", "no-connection"],
    ["file-changed", "file-changed"],
    ["unreadable", "remote-failed"],
    ["wrong-host", "remote-failed"],
    ["protocol-error", "remote-failed"],
  ])("maps %s to %s", (theirs, ours) => {
    expect(refusalOf(new ClientError(theirs, "a message"), CONTEXT)).toMatchObject({ name: "CliError", reason: ours, resumable: false });
  });

  it.each<[string, string, RegExp]>([
    ["ENOSPC", "no-space", /films is full/],
    ["EDQUOT", "no-space", /disk quota for films/],
    ["EEXIST", "exists", /--overwrite/],
    ["EACCES", "cannot-write", /have permission to write in films/],
    ["EROFS", "cannot-write", /permission/],
    ["ENOENT", "cannot-write", /in films is gone: the folder or the file was moved or deleted/],
    ["EIO", "cannot-write", /the disk has an error/],
  ])("maps the system's %s to %s", (code, reason, message) => {
    expect(refusalOf(system(code), CONTEXT)).toMatchObject({ reason, message: expect.stringMatching(message) });
  });

  it("explains how to continue if that is possible, and not after the file changed", () => {
    const resumable = { ...CONTEXT, resumable: true };
    for (const error of [
      system("ENOSPC"),
      new ClientError("timeout", "a message"),
      new PartGoneError("a message"),
      new CliError("exists", "A message."),
    ]) {
      expect(refusalOf(error, resumable)).toMatchObject({
        resumable: true,
        message: expect.stringMatching(/run the same command again to continue\.$/),
      });
    }
    const changed = refusalOf(new ClientError("file-changed", "a message"), resumable);
    expect(changed).toMatchObject({ resumable: false, message: expect.stringMatching(/again to download the new version\.$/) });
  });

  it.each(Object.keys(ALL) as ClientErrorReason[])("explains %s without codes", (reason) => {
    const cause = new SignalError("unreachable", "the relay can't be reached", {
      cause: new TypeError("fetch failed", { cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }) }),
    });
    for (const error of [new ClientError(reason, "a message"), new ClientError(reason, "a message", { cause })]) {
      const { message } = refusalOf(error, CONTEXT) as CliError;
      expect(message).toMatch(/^[A-Z].*\.$|with the link\.$/);
      expect(message.replaceAll("no-connection", "")).not.toMatch(MACHINE_WORD);
    }
  });

  it("includes what the doctor found, or else points to the doctor", () => {
    const trouble = { check: "events", found: "a proxy holds event streams back until they end", advice: "Switch it off." };
    for (const reason of ["timeout", "relay-unreachable"] as const) {
      const error = new ClientError(reason, "a message");
      expect(whatToDiagnose(error)).toBe("relay");
      expect((refusalOf(error, { ...CONTEXT, trouble }) as CliError).message).toMatch(
        /[Aa] proxy holds event streams back until they end\. Switch it off\.$/,
      );
    }
    expect(whatToDiagnose(new ClientError("no-connection", "a message"))).toBe("path");
    expect(whatToDiagnose(new ClientError("file-changed", "a message"))).toBeUndefined();
    expect((refusalOf(new ClientError("timeout", "a message"), CONTEXT) as CliError).message).toMatch(/rangecast doctor/);
  });

  it("explains by what both sides offered why no connection was possible", () => {
    const offered = summarizeCandidates(["candidate:1 1 udp 1 192.168.1.2 9 typ host"]);
    const diagnosis = { local: offered, remote: offered, iceServers: { stun: 0, turn: 0 }, tried: true, connected: false };
    const { message } = refusalOf(new ClientError("no-connection", "no path to the host was found", { diagnosis }), CONTEXT) as CliError;
    expect(message).toMatch(
      /no path to the host was found\. Both sides know only addresses in their local networks\. The host needs a STUN server/,
    );
  });

  it("distinguishes a share unknown to the relay from a file that the host no longer has", () => {
    const unknown = new ClientError("not-found", "a message", { cause: new SignalError("not-found", "a message") });
    expect(refusalOf(unknown, CONTEXT)).toMatchObject({ reason: "bad-link" });
    expect(refusalOf(new ClientError("not-found", "the host no longer has the file"), CONTEXT)).toMatchObject({
      reason: "remote-failed",
      message: expect.stringMatching(/^The host no longer has the file\. It may have been moved, renamed or deleted there/),
    });
  });

  it("names standard output if there is no folder", () => {
    const refusal = refusalOf(system("ENOSPC"), { ...CONTEXT, folder: undefined });
    expect(refusal).toMatchObject({ reason: "no-space", message: expect.stringContaining("Standard output") });
  });

  it("returns unexpected errors unchanged", () => {
    const fault = new TypeError("x is undefined");
    expect(refusalOf(fault, CONTEXT)).toBe(fault);
    const internal = system("ERR_INVALID_ARG_TYPE");
    expect(refusalOf(internal, CONTEXT)).toBe(internal);
  });
});
