// process-end.test.ts of ice-agent runs this as a child process. It closes ICE agents at a moment that its argument names. Then it must end by itself.
import { createIceAgent } from "../../dist/index.js";

const TURN = { urls: ["turn:127.0.0.1:9", "turn:127.0.0.1:9?transport=tcp", "turns:127.0.0.1:9"], username: "u", credential: "c" };

function pair(iceServers = []) {
  const agents = [];
  const create = (other) =>
    createIceAgent({
      bindAddress: "127.0.0.1",
      iceServers,
      onPacket: () => {},
      onCandidate: (line) => line !== null && agents[other].addRemoteCandidate(line),
      onState: () => {
        if (agents.every(({ state }) => state === "connected")) agents[0].onConnected?.();
      },
    });
  agents.push(create(1), create(0));
  for (const [index, agent] of agents.entries()) {
    const { localUsername: ufrag, localPassword: pwd } = agents[1 - index];
    agent.setRemote({ ufrag, pwd });
    agent.gather();
    agent.start(index === 0 ? "controlling" : "controlled");
  }
  return agents;
}

const connected = (agents) => new Promise((resolve) => (agents[0].onConnected = resolve));
const close = (agents) => agents.forEach((agent) => agent.close());

const scenarios = {
  unused: async () => createIceAgent({ onPacket: () => {} }).close(),
  gathering: async () => close(pair([TURN, { urls: "stun:127.0.0.1:9" }])),
  connected: async () => {
    const agents = pair();
    await connected(agents);
    close(agents);
  },
  restarted: async () => {
    const agents = pair();
    await connected(agents);
    for (const agent of agents) agent.restart();
    agents[0].gather();
    close(agents);
  },
};

await scenarios[process.argv[2]]();
process.stdout.write("closed\n");
