/* A stand-in for a tunnel's program, `programs/tunnel.mjs`, as an option of `rangecast share`. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

/** From here, and from where this file is compiled to. */
const PROGRAM = fileURLToPath(new URL("../../src/programs/tunnel.mjs", import.meta.url));

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

/** Whether something accepts connections at an address of this computer. */
export async function answers(address: string): Promise<boolean> {
  const socket = connect(Number(new URL(address).port), "localhost");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
