import { expect, test } from "vitest";

import { classes, createConnection, Message, methods, removeSignature } from "./library.ts";
import { isSignedWith, readStun } from "./stun-frame.ts";

const PASSWORD = "a+password+of+22+chars+or+more";

function isSigned(message: Message): boolean {
  const frame = readStun(message.bytes);
  return frame !== undefined && isSignedWith(message.bytes, frame, PASSWORD);
}

test("a request that is sent again with another nonce needs its old signature removed", () => {
  const request = new Message(methods.REFRESH, classes.REQUEST).setAttribute("NONCE", Buffer.from("first"));
  request.addMessageIntegrity(Buffer.from(PASSWORD)).addFingerprint();
  expect(isSigned(request)).toBe(true);
  request.setAttribute("NONCE", Buffer.from("second")).addMessageIntegrity(Buffer.from(PASSWORD)).addFingerprint();
  expect(isSigned(request)).toBe(false);
  removeSignature(request);
  expect(isSigned(request.addMessageIntegrity(Buffer.from(PASSWORD)).addFingerprint())).toBe(true);
});

test("a connection asks no STUN server, and has our credentials", () => {
  const connection = createConnection("user", PASSWORD);
  expect(connection).toMatchObject({ localUsername: "user", localPassword: PASSWORD, userHistory: { user: PASSWORD } });
  expect(connection).not.toHaveProperty("stunServer");
});
