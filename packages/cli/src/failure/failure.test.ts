import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { CliError, type CliErrorReason } from "./cli-error.ts";
import { EXIT_CODES } from "./exit-code.ts";
import { causesOf, describeFailure } from "./failure.ts";

const REASONS: readonly CliErrorReason[] = [
  "usage",
  "not-found",
  "not-a-file",
  "unreadable",
  "port-in-use",
  "cannot-listen",
  "bad-tls",
  "bad-config",
  "relay-failed",
  "not-built",
  "bad-link",
  "host-offline",
  "host-busy",
  "no-connection",
  "file-changed",
  "remote-failed",
  "exists",
  "in-use",
  "no-space",
  "cannot-write",
];

describe("describeFailure", () => {
  it("gives each reason its own exit code, and each code is in the table", () => {
    const codes = REASONS.map((reason) => describeFailure(new CliError(reason, "a message"))?.exitCode);
    expect(new Set(codes).size).toBe(REASONS.length);
    expect(Object.values(EXIT_CODES).map(([code]) => code)).toEqual(expect.arrayContaining(codes));
  });

  it("includes whether the same command can continue, if the error has it", () => {
    expect(describeFailure(new CliError("no-space", "a message", { resumable: true }))).toMatchObject({ resumable: true });
    expect(describeFailure(new CliError("usage", "a message"))).not.toHaveProperty("resumable");
  });

  it("joins commander's two lines into one, and points to the help", () => {
    const error = new CommanderError(1, "commander.unknownOption", "error: unknown option '--prot'\n(Did you mean --port?)");
    expect(describeFailure(error)).toEqual({
      reason: "usage",
      message: `unknown option '--prot' (Did you mean --port?) See "rangecast --help".`,
      exitCode: 2,
    });
  });

  it("explains how to share a file to users who forgot the command", () => {
    const error = new CommanderError(1, "commander.unknownCommand", "error: unknown command 'film.mp4'");
    expect(describeFailure(error)?.message).toBe(`unknown command 'film.mp4'. To share a file: "rangecast share FILE".`);
  });

  it("is undefined for help and version", () => {
    expect(describeFailure(new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"))).toBeUndefined();
  });

  it("reports every other error as a bug, in one line", () => {
    expect(describeFailure(new TypeError("x is\nundefined"))).toEqual({
      reason: "unexpected",
      message: expect.stringMatching(/^x is undefined\. .*bug in rangecast/),
      exitCode: 1,
    });
    const system = Object.assign(new Error("EMFILE: too many open files, uv_cwd"), { code: "EMFILE" });
    expect(describeFailure(system)?.message).toMatch(/^A system call failed: too many files are open\. This is a bug/);
    expect(describeFailure("thrown text")?.message).toMatch(/^thrown text/);
  });
});

describe("causesOf", () => {
  it("follows the causes, and stops at a circular chain", () => {
    const error = new Error("outer", { cause: new Error("inner") });
    expect(causesOf(error)).toMatch(/Error: outer[\s\S]*caused by: Error: inner/);
    const circle = new Error("circle");
    circle.cause = circle;
    expect(causesOf(circle).split("caused by").length).toBe(8);
  });
});
