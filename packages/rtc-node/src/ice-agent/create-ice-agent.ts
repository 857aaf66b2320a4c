import type { IceAgent, IceAgentOptions } from "./ice-agent.ts";
import { LibraryIceAgent } from "./library-agent.ts";

/** Creates an ICE agent; it opens nothing before `gather`. @throws {RtcNodeError} `bad-ice-server` */
export function createIceAgent(options: IceAgentOptions): IceAgent {
  return new LibraryIceAgent(options);
}
