import { ClientError, type ClientErrorReason } from "@rangecast/client";
import { describe, expect, it } from "vitest";
import { CliError } from "../cli-error.ts";
import { getRefusal } from "./get-refusals.ts";
import { PartialGoneError } from "./partial-file.ts";

const CONTEXT = { relay: "https://relay.example", folder: "films", resumable: false };
const system = (code: string): Error => Object.assign(new Error(code), { code });

describe("getRefusal", () => {
  it.each<[ClientErrorReason, string]>([
    ["link-invalid", "bad-link"],
    ["not-found", "bad-link"],
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
    expect(getRefusal(new ClientError(theirs, "words"), CONTEXT)).toMatchObject({ name: "CliError", reason: ours, resumable: false });
  });

  it.each<[string, string, RegExp]>([
    ["ENOSPC", "no-space", /films is full/],
    ["EDQUOT", "no-space", /your share/i],
    ["EEXIST", "exists", /--overwrite/],
    ["EACCES", "cannot-write", /lack permission to write in films/],
    ["EROFS", "cannot-write", /permission/],
    ["ENOENT", "cannot-write", /films is gone/],
    ["EIO", "cannot-write", /EIO/],
  ])("tells of the system's %s as %s", (code, reason, message) => {
    expect(getRefusal(system(code), CONTEXT)).toMatchObject({ reason, message: expect.stringMatching(message) });
  });

  it("says how to go on where that is possible, and not after the file changed", () => {
    const resumable = { ...CONTEXT, resumable: true };
    for (const error of [
      system("ENOSPC"),
      new ClientError("timeout", "words"),
      new PartialGoneError("words"),
      new CliError("exists", "Words."),
    ]) {
      expect(getRefusal(error, resumable)).toMatchObject({
        resumable: true,
        message: expect.stringMatching(/run the same command again to go on\.$/),
      });
    }
    const changed = getRefusal(new ClientError("file-changed", "words"), resumable);
    expect(changed).toMatchObject({ resumable: false, message: expect.stringMatching(/again to fetch the new version\.$/) });
  });

  it("speaks of standard output where there is no folder", () => {
    const refusal = getRefusal(system("ENOSPC"), { ...CONTEXT, folder: undefined });
    expect(refusal).toMatchObject({ reason: "no-space", message: expect.stringContaining("Standard output") });
  });

  it("leaves our own faults as they are", () => {
    const fault = new TypeError("x is undefined");
    expect(getRefusal(fault, CONTEXT)).toBe(fault);
    const internal = system("ERR_INVALID_ARG_TYPE");
    expect(getRefusal(internal, CONTEXT)).toBe(internal);
  });
});
