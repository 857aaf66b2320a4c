/** The port in the local network, so that a firewall can allow it. Like that of the relay (default-port.ts), IANA has it unassigned. */
export const DEFAULT_LAN_PORT = 7265;
