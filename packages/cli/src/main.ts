/** The program: parses the arguments, runs a command, and returns the exit code. */
import { readFileSync } from "node:fs";
import pc from "picocolors";
import type { Context } from "./context.ts";
import { type ExitCode, exitCodeOf } from "./failure/exit-code.ts";
import { causesOf, describeFailure } from "./failure/failure.ts";
import { createLogger } from "./output/logger.ts";
import { createTerminal, type Terminal } from "./output/terminal.ts";
import { createPathResolver } from "./paths.ts";
import { type Actions, createProgram } from "./program.ts";
import { listenForStop } from "./stop-signals.ts";

/** Runs the command line of this process. */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<ExitCode> {
  const terminal = createTerminal(process);
  const report = (error: unknown): ExitCode => reportFailure(error, argv, terminal);
  const stop = listenForStop({ exit: (code) => process.exit(code), underNpm: process.env["npm_command"] !== undefined });
  // An uncaught exception is a bug of ours, and the process can't continue safely. No peer may be able to cause one.
  process.on("uncaughtException", (error) => process.exit(report(error)));
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") stop.stop("output-closed");
    // If file bytes go to standard output, the code that writes them gets the error.
    else if (!terminal.diverted) throw error;
  });
  const colors = pc.createColors(pc.isColorSupported && terminal.interactive);
  const context: Context = {
    env: process.env,
    resolvePath: createPathResolver(),
    terminal,
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    colors,
    stop,
    createLogger: (volume) => createLogger(terminal, volume),
  };
  try {
    return await runProgram(argv, context);
  } catch (error) {
    return report(error);
  } finally {
    terminal.end();
    stop.close();
  }
}

async function runProgram(argv: readonly string[], context: Context): Promise<ExitCode> {
  let code: ExitCode = exitCodeOf("ok");
  const action =
    <Args extends unknown[]>(load: () => Promise<(...args: [...Args, Context]) => Promise<ExitCode>>) =>
    async (...args: Args): Promise<void> => {
      code = await (await load())(...args, context);
    };
  const actions: Actions = {
    share: action(async () => (await import("./share/run-share.ts")).runShare),
    get: action(async () => (await import("./get/run-get.ts")).runGet),
    open: action(async () => (await import("./open/run-open.ts")).runOpen),
    doctor: action(async () => (await import("./doctor/run-doctor.ts")).runDoctor),
    relay: action(async () => (await import("./relay/run-relay.ts")).runRelay),
    listConfig: action(async () => (await import("./config/run-config.ts")).listConfig),
    getConfig: action(async () => (await import("./config/run-config.ts")).getConfig),
    setConfig: action(async () => (await import("./config/run-config.ts")).setConfig),
    unsetConfig: action(async () => (await import("./config/run-config.ts")).unsetConfig),
    list: action(async () => (await import("./list/run-list.ts")).runList),
    revoke: action(async () => (await import("./revoke/run-revoke.ts")).runRevoke),
    stop: action(async () => (await import("./revoke/run-revoke.ts")).runStop),
    runService: action(async () => (await import("./background/run-service.ts")).runService),
    installService: action(async () => (await import("./service/run-service-command.ts")).installService),
    uninstallService: action(async () => (await import("./service/run-service-command.ts")).uninstallService),
    showService: action(async () => (await import("./service/run-service-command.ts")).showService),
  };
  const out = (text: string): void => context.terminal.print(text.replace(/\n$/, ""));
  const program = createProgram(actions, { version: readVersion(), out, columns: context.terminal.columns });
  if (argv.length === 0) program.outputHelp();
  else await program.parseAsync(argv, { from: "user" });
  return code;
}

/** Prints one line on standard error; with `--json` also an event on standard output; with `--verbose` also the stack traces. */
function reportFailure(error: unknown, argv: readonly string[], terminal: Terminal): ExitCode {
  const failure = describeFailure(error);
  if (failure === undefined) return exitCodeOf("ok");
  terminal.live("");
  terminal.warn(`rangecast: ${failure.message}`);
  if (argv.includes("--verbose") || argv.includes("-v")) terminal.warn(causesOf(error));
  if (argv.includes("--json")) terminal.print(JSON.stringify({ event: "error", ...failure }));
  return failure.exitCode;
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL(import.meta.resolve("rangecast/package.json")), "utf8")) as { version: string };
  return version;
}
