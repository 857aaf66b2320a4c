// Runs other programs. In the foreground Ctrl-C reaches both them and this process; exit codes are passed on unchanged.
import { spawn, spawnSync } from "node:child_process";
import { ROOT } from "./root.mjs";

/** Output kept of a quiet program in case it fails, bytes: at most this much, from its end. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** A shell reports "ended by signal n" as 128 + n (POSIX 2.8.2). */
const SIGNAL_BASE = 128;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Runs a program on this terminal. Returns its exit code. */
export function run(command, args, { env = {} } = {}) {
  return exitCodeOf(spawnSync(command, args, { cwd: ROOT, stdio: "inherit", env: { ...process.env, ...env } }), command);
}

/** Runs a program silently and asynchronously; its output is shown only if it fails. Resolves to its exit code. */
export function runQuietly(command, args, { env = {}, cwd = ROOT } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    const chunks = [];
    let bytes = 0;
    const keep = (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      while (bytes > MAX_OUTPUT_BYTES) bytes -= chunks.shift().length;
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const end = (result) => {
      const code = exitCodeOf(result, command);
      if (code !== 0) process.stderr.write(Buffer.concat(chunks));
      resolve(code);
    };
    child.on("error", (error) => end({ error }));
    child.on("close", (status, signal) => end({ status, signal }));
  });
}

/**
 * The command for npm: the npm that called this script, if one did.
 * @returns {[command: string, before: string[]]} the program, and the arguments before npm's own
 */
export function npmCommand() {
  const npm = process.env.npm_execpath;
  if (npm !== undefined && /npm-cli\.c?js$/.test(npm)) return [process.execPath, [npm]];
  return [process.platform === "win32" ? "npm.cmd" : "npm", []];
}

/** The command for a program in node_modules, by its file. */
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
