import { afterEach, expect, test, vi } from "vitest";

import { checkTransport, createPeerConnection } from "../index.ts";
import { NodePeerConnection } from "../native/node-peer-connection.ts";
import { OwnPeerConnection } from "../transport/own-peer-connection.ts";

afterEach(() => vi.unstubAllEnvs());

test.each([
  [undefined, undefined, OwnPeerConnection],
  ["", undefined, OwnPeerConnection],
  ["own", undefined, OwnPeerConnection],
  ["native", undefined, NodePeerConnection],
  ["native", "own", OwnPeerConnection],
  ["own", "native", NodePeerConnection],
] as const)("with %s in the environment and %s in the configuration", (environment, transport, kind) => {
  vi.stubEnv("RANGECAST_TRANSPORT", environment);
  const connection = createPeerConnection(transport === undefined ? {} : { transport });
  connection.close();
  expect(connection).toBeInstanceOf(kind);
  expect(checkTransport).not.toThrow();
});

test("another name in the environment is refused", () => {
  vi.stubEnv("RANGECAST_TRANSPORT", "nativ");
  const refusal = expect.objectContaining({ reason: "bad-transport", message: expect.stringContaining('"nativ"') });
  expect(checkTransport).toThrow(refusal);
  expect(() => createPeerConnection()).toThrow(refusal);
});
