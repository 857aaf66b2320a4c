import { describe, expect, it } from "vitest";
import { userFolders } from "./folders.ts";

describe("userFolders", () => {
  it("are absolute paths", async () => {
    expect(await userFolders()).toMatchObject({ configFile: expect.stringMatching(/^\/.*config\.json$|^[A-Z]:/) });
  });

  it("reports that the user has no home folder", async () => {
    const none = (): never => {
      throw new Error("A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)");
    };
    await expect(userFolders(none)).rejects.toMatchObject({
      reason: "bad-config",
      message: expect.stringMatching(/^This user has no home folder[^_]*XDG_CONFIG_HOME/),
    });
  });
});
