/** The tunnels that `--tunnel` knows by name: how each is run, and what it prints. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** Stands for the port of the relay in the arguments of a tunnel. */
export const PORT_PLACEHOLDER = "{port}";

export interface KnownTunnel {
  /** The value of `--tunnel`. */
  readonly name: string;
  /** Its program, which is looked for on PATH. */
  readonly program: string;
  /** The program's arguments; `{port}` stands for the port. */
  readonly args: readonly string[];
  /** Matches a line of its output that has the address, which is group 1. Exact, because these programs print addresses of their documentation too. */
  readonly address: RegExp;
  /**
   * How long its name, which is new, needs until it is in DNS, milliseconds. A resolver that is asked earlier may remember for minutes that there is no such
   * name. @default 0
   */
  readonly settleMs?: number;
  /** Who runs the tunnel's servers. */
  readonly operator: string;
  /** How to install the program: a sentence. */
  readonly install: string;
}

export const KNOWN_TUNNELS: readonly KnownTunnel[] = [
  {
    name: "cloudflared",
    program: "cloudflared",
    args: ["tunnel", "--no-autoupdate", "--url", `http://127.0.0.1:${PORT_PLACEHOLDER}`],
    // A box in its log: `|  https://some-random-words.trycloudflare.com  |`. Its errors name api.trycloudflare.com.
    address: /\|\s+(https:\/\/(?!api\.)[a-z0-9-]+\.trycloudflare\.com)\s+\|/iu,
    settleMs: 3000,
    operator: "Cloudflare",
    install: "Install it from https://github.com/cloudflare/cloudflared/releases, or with a package manager: it needs no account.",
  },
  {
    name: "tailscale",
    program: "tailscale",
    args: ["funnel", PORT_PLACEHOLDER],
    // A line of its own: `https://computer.some-tailnet.ts.net/`. To allow Funnel it names login.tailscale.com.
    address: /^\s*(https:\/\/[a-z0-9-]+\.[a-z0-9-]+\.ts\.net(?::\d{1,5})?)\/?\s*$/iu,
    operator: "Tailscale",
    install: "Install it from https://tailscale.com/download, sign in with `tailscale up`, and allow Funnel for this computer.",
  },
  {
    name: "localhost.run",
    program: "ssh",
    // Without a terminal ssh can't ask about the server's key, so the key is saved at the first connection. It must end if the port is refused.
    args: [
      "-o",
      "StrictHostKeyChecking=accept-new",
      "-o",
      "ServerAliveInterval=30",
      "-o",
      "ExitOnForwardFailure=yes",
      "-R",
      `80:127.0.0.1:${PORT_PLACEHOLDER}`,
      "nokey@localhost.run",
    ],
    // `abc123.lhr.life tunneled with tls termination, https://abc123.lhr.life`, after a welcome with links to localhost.run.
    address: /\btunneled with tls termination,\s+(https:\/\/[a-z0-9.-]+[a-z0-9])/iu,
    operator: "localhost.run",
    install: "Install OpenSSH's client, for example the package openssh-client.",
  },
];

/** The known tunnels whose program is on PATH, in the order of {@link KNOWN_TUNNELS}. @param path the value of PATH */
export async function installedTunnels(path: string | undefined): Promise<KnownTunnel[]> {
  const found = await Promise.all(KNOWN_TUNNELS.map(({ program }) => isInstalled(program, path)));
  return KNOWN_TUNNELS.filter((_tunnel, index) => found[index] === true);
}

async function isInstalled(program: string, path = ""): Promise<boolean> {
  const name = process.platform === "win32" ? `${program}.exe` : program;
  for (const folder of path.split(delimiter)) {
    // An empty entry means the current folder, from which nothing should be run by chance.
    if (folder !== "" && (await isProgram(join(folder, name)))) return true;
  }
  return false;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
