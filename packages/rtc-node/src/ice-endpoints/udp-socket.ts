import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";

/**
 * Receive buffer of a socket, bytes: what may arrive while the program computes for some milliseconds. The system may grant less (Linux: 208 KiB).
 */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

/** Answers at once, since all addresses are numeric: otherwise Node defers each datagram. */
function noLookup(address: string, _options: unknown, callback: (error: Error | null, address: string, family: number) => void): void {
  callback(null, address, isIPv6(address) ? 6 : 4);
}

/** Opens a socket on a local address. @param port 0: chosen by the system */
export function openUdpSocket(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: isIPv6(address) ? "udp6" : "udp4",
      ipv6Only: isIPv6(address),
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      lookup: noLookup,
    });
    const failed = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once("error", failed);
    socket.bind({ port, address, exclusive: true }, () => {
      socket.off("error", failed);
      // An address without a route, a datagram that is too long: lost, like any other.
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}
