/* A stand-in for a tunnel's program, `programs/tunnel.mjs`, as an option of `rangecast share`. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../programs/tunnel.mjs", import.meta.url));

/** The certificate of its https, which Node must be told to trust. */
export const TUNNEL_CERTIFICATE: string = fileURLToPath(new URL("../../../packages/cli/test-data/cert.pem", import.meta.url));

/** The value of `--tunnel`. @param args options of the stand-in */
export function standIn(...args: readonly string[]): string {
  return [process.execPath, PROGRAM, "--to", "{port}", ...args].map((arg) => `'${arg}'`).join(" ");
}

/** The process id that the stand-in wrote with `--pid`. */
export async function readPid(file: string): Promise<number> {
  return Number(await readFile(file, "utf8"));
}

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
