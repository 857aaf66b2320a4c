// Programs run one after the other, in the foreground: Ctrl-C reaches them and us alike, and an exit code is passed on as it is.
import { spawnSync } from "node:child_process";
import { ROOT } from "./root.mjs";

/** Most output that a quiet program may keep for the case that it fails, bytes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** The shell's way to say "ended by signal n" (POSIX 2.8.2). */
const SIGNAL_BASE = 128;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Runs a program with our terminal. Answers its exit code. */
export function run(command, args, { env = {} } = {}) {
  return exitCodeOf(spawnSync(command, args, { cwd: ROOT, stdio: "inherit", env: { ...process.env, ...env } }), command);
}

/** Runs a program silently; what it printed is shown only if it fails. Answers its exit code. */
export function runQuietly(command, args, { env = {} } = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  const code = exitCodeOf(result, command);
  if (code !== 0) {
    process.stderr.write(result.stdout ?? "");
    process.stderr.write(result.stderr ?? "");
  }
  return code;
}

/** How npm is called here: by the npm that called us, where one did. */
export function npmCommand() {
  const npm = process.env.npm_execpath;
  if (npm !== undefined && /npm-cli\.c?js$/.test(npm)) return [process.execPath, [npm]];
  return [process.platform === "win32" ? "npm.cmd" : "npm", []];
}

/** A program of node_modules, by the file that holds it. */
export const nodeProgram = (path, args) => [process.execPath, [path, ...args]];

/** Whether a program is on the PATH. */
export function isInstalled(command) {
  const result = spawnSync(process.platform === "win32" ? "where" : "which", [command], { stdio: "ignore" });
  return result.status === 0;
}

function exitCodeOf({ status, signal, error }, command) {
  if (error !== undefined) {
    console.error(`${command} can't be run: ${error.message}`);
    return 1;
  }
  return status ?? SIGNAL_BASE + (SIGNAL_NUMBERS[signal] ?? 1);
}
