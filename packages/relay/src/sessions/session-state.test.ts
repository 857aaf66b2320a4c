import { expect, test } from "vitest";
import { nextState, type SessionTrigger, type SessionState } from "./session-state.ts";

const ENDINGS: readonly SessionTrigger[] = ["bye", "revoked", "restarted", "expired"];

test("an answer accepts a pending session", () => {
  expect(nextState("pending", "answer")).toBe("accepted");
});

test("a session that is not accepted in time ends; an accepted one does not", () => {
  expect(nextState("pending", "not-accepted")).toBe("ended");
  expect(nextState("accepted", "not-accepted")).toBe("accepted");
});

test.each(ENDINGS)("%s ends a session, accepted or not", (happening) => {
  expect(nextState("pending", happening)).toBe("ended");
  expect(nextState("accepted", happening)).toBe("ended");
});

test.each<SessionTrigger>(["answer", "not-accepted", ...ENDINGS])("%s does not reopen an ended session", (happening) => {
  const ended: SessionState = "ended";
  expect(nextState(ended, happening)).toBe("ended");
});
