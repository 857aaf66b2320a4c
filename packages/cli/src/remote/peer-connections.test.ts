import { afterEach, expect, test, vi } from "vitest";
import type { Logger } from "../output/logger.ts";
import { hostConnections, viewerConnections } from "./peer-connections.ts";

const noLog = (): void => {};
const silent: Logger = { debug: noLog, info: noLog, warn: noLog, error: noLog };

afterEach(() => vi.unstubAllEnvs());

test("a transport that doesn't exist is a mistake of usage, told before anything starts", () => {
  vi.stubEnv("RANGECAST_TRANSPORT", "fast");
  const refusal = expect.objectContaining({ reason: "usage", message: 'RANGECAST_TRANSPORT is "fast", but must be "own" or "native".' });
  expect(() => hostConnections(undefined, silent)).toThrow(refusal);
  expect(() => viewerConnections(silent)).toThrow(refusal);
});
