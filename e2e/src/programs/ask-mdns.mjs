// Asks for a name by mDNS, from another machine than the one that has it: node ask-mdns.mjs ADDRESS NAME [legacy]
// ADDRESS is this machine's. With `legacy` it asks from another port, as simple resolvers do. Prints {"data","ttl"}, or {} if nobody answers within 3 s.
import { createSocket } from "node:dgram";
import makeMdns from "multicast-dns";

const WAIT_MS = 3000;
const ASK_MS = 500;
const [address = "", name = "", legacy] = process.argv.slice(2);

const socket = createSocket({ type: "udp4", reuseAddr: true });
const asker =
  legacy === undefined
    ? makeMdns({ interface: address, bind: "0.0.0.0" })
    : makeMdns({ socket, bind: false, interface: address, multicast: false });
if (legacy !== undefined) socket.bind(0, address);
const end = (found) => {
  process.stdout.write(`${JSON.stringify(found)}\n`);
  process.exit(0);
};
asker.on("response", ({ answers }) => {
  const answer = answers.find((record) => record.type === "A" && record.name === name);
  if (answer !== undefined) end({ data: answer.data, ttl: answer.ttl });
});
const ask = () => asker.query([{ name, type: "A" }]);
asker.on("ready", ask);
setInterval(ask, ASK_MS);
setTimeout(() => end({}), WAIT_MS);
