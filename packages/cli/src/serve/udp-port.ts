import { createSocket } from "node:dgram";
import { once } from "node:events";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError, systemCode } from "../failure/cli-error.ts";

/** Looks whether the streams' UDP port can be had, before a link is given that would lead nowhere. @throws CliError `port-in-use`, `cannot-listen` */
export async function checkUdpPort(port: number): Promise<void> {
  const socket = createSocket("udp4");
  try {
    socket.bind({ port, exclusive: true });
    await once(socket, "listening");
  } catch (cause) {
    if (systemCode(cause) === "EADDRINUSE")
      throw new CliError("port-in-use", `UDP port ${port} is in use. Give another, or leave --udp-port out.`, { cause });
    throw new CliError(
      "cannot-listen",
      `UDP port ${port} can't be used: ${systemErrorWords(cause)}. Give another, or leave --udp-port out.`,
      { cause },
    );
  } finally {
    socket.close();
  }
}
