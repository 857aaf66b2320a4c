import type { SignalClient } from "@rangecast/signal";
import { FakeSignals } from "@rangecast/testkit/fakes/fake-signals";

/** Two ends of one session's signalling: each reads what the other posts. */
export function signalPair(): { browser: SignalClient; agent: SignalClient } {
  const [browser, agent] = [new FakeSignals(), new FakeSignals()];
  browser.onpost = ({ type, payload }) => Promise.resolve(agent.give(type, payload, "browser"));
  agent.onpost = ({ type, payload }) => Promise.resolve(browser.give(type, payload, "agent"));
  return { browser, agent };
}
