import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadIdentity } from "./identity-file.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "rangecast-identity-"))));
afterEach(() => rm(folder, { recursive: true }));

describe("loadIdentity", () => {
  it("makes a key once, and finds it again", async () => {
    const path = join(folder, "deep", "identity.json");
    const made = await loadIdentity(path);
    expect((await loadIdentity(path)).publicKey).toEqual(made.publicKey);
  });

  it.skipIf(process.platform === "win32")("lets nobody else read it", async () => {
    const path = join(folder, "deep", "identity.json");
    await loadIdentity(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "deep"))).mode & 0o777).toBe(0o700);
  });

  it.each(["", "{}", "no JSON", '{"kty":"EC","crv":"P-256"}'])("does not replace a damaged key (%j) in silence", async (text) => {
    const path = join(folder, "identity.json");
    await writeFile(path, text);
    await expect(loadIdentity(path)).rejects.toMatchObject({
      reason: "bad-config",
      message: expect.stringMatching(/identity\.json is damaged/),
    });
  });

  it("says so when the key can't be read", async () => {
    await expect(loadIdentity(folder)).rejects.toMatchObject({
      reason: "bad-config",
      message: expect.stringMatching(/EISDIR.*--ephemeral/),
    });
  });
});
