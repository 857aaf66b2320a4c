import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";

/**
 * Receive buffer of a socket, bytes: what may arrive while the program computes for some milliseconds. The system may grant less (Linux: 208 KiB).
 */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

/** Opens a socket on a local address. @param port 0: chosen by the system */
export function openUdpSocket(address: string, port: number): Promise<Socket> {
  const ipv6Only = isIPv6(address);
  const family = ipv6Only ? 6 : 4;
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: `udp${family}`,
      ipv6Only,
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      // Answers at once, since all addresses are numeric and of the socket's family: otherwise Node defers each datagram.
      lookup: (to, _options, callback) => callback(null, to, family),
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
