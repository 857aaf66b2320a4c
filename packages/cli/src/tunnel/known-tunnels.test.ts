import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { describe, expect, it } from "vitest";
import { installedTunnels, KNOWN_TUNNELS } from "./known-tunnels.ts";

const addressIn = (name: string, line: string): string | undefined =>
  KNOWN_TUNNELS.find((tunnel) => tunnel.name === name)?.address.exec(line)?.[1];

describe("KNOWN_TUNNELS", () => {
  it.each([
    [
      "cloudflared",
      "2026-11-30T10:00:00Z INF |  https://shy-dog-runs.trycloudflare.com                    |",
      "https://shy-dog-runs.trycloudflare.com",
    ],
    ["cloudflared", "INF Requesting new quick Tunnel on trycloudflare.com...", undefined],
    ["cloudflared", "INF follow: https://developers.cloudflare.com/cloudflare-one/connections/connect-apps", undefined],
    ["cloudflared", 'ERR failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": EOF', undefined],
    ["tailscale", "https://computer.tail9f3a.ts.net/", "https://computer.tail9f3a.ts.net"],
    ["tailscale", "https://computer.tail9f3a.ts.net:8443/", "https://computer.tail9f3a.ts.net:8443"],
    ["tailscale", "         https://login.tailscale.com/f/funnel?node=abc", undefined],
    ["tailscale", "|-- proxy http://127.0.0.1:7264", undefined],
    ["localhost.run", "8beaa5.lhr.life tunneled with tls termination, https://8beaa5.lhr.life", "https://8beaa5.lhr.life"],
    ["localhost.run", "see https://localhost.run/docs/forever-free/ for more information.", undefined],
    ["localhost.run", "To set up and manage custom domains go to https://admin.localhost.run/", undefined],
  ])("finds the address that %s prints in %j", (name, line, address) => {
    expect(addressIn(name, line)).toBe(address);
  });
});

describe("installedTunnels", () => {
  it("finds programs on PATH, in the order of the table", async () => {
    const [one, other] = [await temporaryFolder(), await temporaryFolder()];
    for (const path of [join(one, "ssh"), join(other, "cloudflared")]) {
      await writeFile(path, "");
      await chmod(path, 0o700);
    }
    const names = (await installedTunnels([one, "", join(one, "missing"), other].join(delimiter))).map(({ name }) => name);
    expect(names).toEqual(["cloudflared", "localhost.run"]);
  });

  it("takes neither a folder nor a file without permission for a program", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "tailscale"));
    await writeFile(join(folder, "cloudflared"), "", { mode: 0o600 });
    expect(await installedTunnels(folder)).toEqual([]);
    expect(await installedTunnels(undefined)).toEqual([]);
  });
});
