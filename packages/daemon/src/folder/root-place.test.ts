import { constants } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { afterEach, expect, test, vi } from "vitest";
import { RootPlace } from "./root-place.ts";

afterEach(() => vi.useRealTimers());

test("a shared link that leads elsewhere is followed after a second at the latest, and a failure is not kept", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const folder = await temporaryFolder();
  const link = join(folder, "link");
  const root = new RootPlace(Buffer.from(link), constants.O_RDONLY);
  await expect(root.get()).rejects.toMatchObject({ code: "ENOENT" });
  for (const name of ["first", "second"]) {
    await mkdir(join(folder, name));
    await rm(link, { force: true });
    await symlink(join(folder, name), link);
    expect((await root.get())?.toString().endsWith("first")).toBe(true);
  }
  vi.advanceTimersByTime(1000);
  expect((await root.get())?.toString().endsWith("second")).toBe(true);
});
