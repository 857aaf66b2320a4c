import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** Creates a folder for the running test, deleted when it ends. To be called in the test or in `beforeEach`. */
export async function temporaryFolder(): Promise<string> {
  const folder = await create();
  onTestFinished(() => remove(folder));
  return folder;
}

/** Creates a folder for all tests of the file, deleted after the last. To be called at the top level of the file. */
export async function sharedTemporaryFolder(): Promise<string> {
  const folder = await create();
  afterAll(() => remove(folder));
  return folder;
}

const create = (): Promise<string> => mkdtemp(join(tmpdir(), "rangecast-test-"));

const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
