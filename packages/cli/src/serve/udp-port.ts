import { createSocket } from "node:dgram";
import { once } from "node:events";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError, systemCode } from "../failure/cli-error.ts";

/** Checks that the UDP port can be used, before a link is printed that would not work. @throws CliError `port-in-use`, `cannot-listen` */
export async function checkUdpPort(port: number): Promise<void> {
  const socket = createSocket("udp4");
  try {
    socket.bind({ port, exclusive: true });
    await once(socket, "listening");
  } catch (cause) {
    if (systemCode(cause) === "EADDRINUSE")
      throw new CliError("port-in-use", `UDP port ${port} is in use. Choose another one, or omit --udp-port.`, { cause });
    throw new CliError(
      "cannot-listen",
      `UDP port ${port} can't be used: ${systemErrorWords(cause)}. Choose another one, or omit --udp-port.`,
      { cause },
    );
  } finally {
    socket.close();
  }
}
