/** The daemon's long-lived key: whoever has it can answer for our links, so it lies where this user alone can read it. */
import { readFile } from "node:fs/promises";
import { createIdentity, exportIdentity, type Identity, importIdentity } from "@rangecast/signal";
import { CliError, systemCode } from "../cli-error.ts";
import { writePrivateFile } from "./private-file.ts";

/**
 * Reads the key, or makes one the first time.
 * @throws CliError `bad-config` that names the file: a key that can't be read is never replaced in silence, as links depend on it.
 */
export async function loadIdentity(path: string): Promise<Identity> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return makeIdentity(path);
    throw refusal(`The key ${path} can't be read (${systemCode(cause) ?? "unknown error"}). Check its permissions`, cause);
  }
  try {
    return await importIdentity(JSON.parse(text) as JsonWebKey);
  } catch {
    // No cause: a parser's complaint quotes what it read, and this is a private key.
    throw refusal(`The key ${path} is damaged. Delete it to get a new one (kept links end with it)`);
  }
}

async function makeIdentity(path: string): Promise<Identity> {
  const identity = await createIdentity();
  try {
    await writePrivateFile(path, `${JSON.stringify(await exportIdentity(identity))}\n`);
  } catch (cause) {
    throw refusal(`The key ${path} can't be written (${systemCode(cause) ?? "unknown error"}). Check its folder`, cause);
  }
  return identity;
}

function refusal(message: string, cause?: unknown): CliError {
  return new CliError("bad-config", `${message}, or use --ephemeral.`, { cause });
}
