/* Other versions of Node, installed once from npm, whose packages `node-PLATFORM-ARCH` hold the official binaries. */
import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CACHE } from "./built-program.ts";
import { npm } from "./packed-packages.ts";

const FOLDER = join(CACHE, "node-versions");
/** npm's name for Windows. */
const PLATFORM = process.platform === "win32" ? "win" : process.platform;

/** Installs the latest release of a major version, unless one is there. @returns the path of its binary */
export async function installNode(major: number): Promise<string> {
  const folder = join(FOLDER, String(major));
  const binary = join(folder, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  try {
    await access(binary);
  } catch {
    await mkdir(folder, { recursive: true });
    const dependencies = { node: `npm:node-${PLATFORM}-${process.arch}@${major}` };
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
    await npm(["install", "--prefer-offline", "--no-audit", "--no-fund"], folder);
  }
  return binary;
}
