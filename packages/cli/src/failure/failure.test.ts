import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { CliError, type CliErrorReason } from "./cli-error.ts";
import { EXIT_CODE_MEANINGS } from "./exit-code.ts";
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
  it("gives each reason an exit code of its own, and each code is in the table", () => {
    const codes = REASONS.map((reason) => describeFailure(new CliError(reason, "words"))?.exitCode);
    expect(new Set(codes).size).toBe(REASONS.length);
    expect(EXIT_CODE_MEANINGS.map(([code]) => code)).toEqual(expect.arrayContaining(codes));
  });

  it("says whether the same command goes on, where it can", () => {
    expect(describeFailure(new CliError("no-space", "words", { resumable: true }))).toMatchObject({ resumable: true });
    expect(describeFailure(new CliError("usage", "words"))).not.toHaveProperty("resumable");
  });

  it("makes one line of commander's two, and says where to look", () => {
    const error = new CommanderError(1, "commander.unknownOption", "error: unknown option '--prot'\n(Did you mean --port?)");
    expect(describeFailure(error)).toEqual({
      reason: "usage",
      message: `unknown option '--prot' (Did you mean --port?) See "rangecast --help".`,
      exitCode: 2,
    });
  });

  it("tells who forgot the command how to share a file", () => {
    const error = new CommanderError(1, "commander.unknownCommand", "error: unknown command 'film.mp4'");
    expect(describeFailure(error)?.message).toBe(`unknown command 'film.mp4'. To share a file: "rangecast share FILE".`);
  });

  it("is none for help and version", () => {
    expect(describeFailure(new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"))).toBeUndefined();
  });

  it("owns up to everything else, in one line", () => {
    expect(describeFailure(new TypeError("x is\nundefined"))).toEqual({
      reason: "unexpected",
      message: expect.stringMatching(/^x is undefined\. .*fault of rangecast/),
      exitCode: 1,
    });
    const system = Object.assign(new Error("EMFILE: too many open files, uv_cwd"), { code: "EMFILE" });
    expect(describeFailure(system)?.message).toMatch(/^The system refused something: too many files are open\. This is a fault/);
    expect(describeFailure("thrown text")?.message).toMatch(/^thrown text/);
  });
});

describe("causesOf", () => {
  it("follows the causes, and not in circles", () => {
    const error = new Error("outer", { cause: new Error("inner") });
    expect(causesOf(error)).toMatch(/Error: outer[\s\S]*caused by: Error: inner/);
    const circle = new Error("circle");
    circle.cause = circle;
    expect(causesOf(circle).split("caused by").length).toBe(8);
  });
});
