/* Offers of real peers, with changed addresses. */

const FINGERPRINT = Array.from({ length: 32 }, (_, index) => (index * 7).toString(16).padStart(2, "0").toUpperCase().slice(-2)).join(":");
const lines = (...text: string[]): string => `${text.join("\r\n")}\r\n`;

export const CHROMIUM_OFFER: string = lines(
  "v=0",
  "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "a=extmap-allow-mixed",
  "a=msid-semantic: WMS",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "c=IN IP4 0.0.0.0",
  "a=candidate:842163049 1 udp 1677729535 192.0.2.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0 network-cost 999",
  "a=candidate:1 1 udp 2113937151 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 46154 typ host",
  "a=ice-ufrag:EsAw",
  "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
  "a=ice-options:trickle",
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  "a=setup:actpass",
  "a=mid:0",
  "a=sctp-port:5000",
  "a=max-message-size:262144",
);

export const FIREFOX_OFFER: string = lines(
  "v=0",
  "o=mozilla...THIS_IS_SDPARTA-99.0 4929519041293850 0 IN IP4 0.0.0.0",
  "s=-",
  "t=0 0",
  "a=sendrecv",
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  "a=group:BUNDLE 0",
  "a=ice-options:trickle",
  "a=msid-semantic:WMS *",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "c=IN IP4 0.0.0.0",
  "a=sendrecv",
  "a=ice-pwd:1a7a4be0ea5a6a7c0d0e0c0a6f4f0c5e",
  "a=ice-ufrag:8a3f1c2d",
  "a=mid:0",
  "a=setup:actpass",
  "a=sctp-port:5000",
  "a=max-message-size:1073741823",
);

export const PION_OFFER: string = lines(
  "v=0",
  "o=- 5228595038118931041 1685445551 IN IP4 0.0.0.0",
  "s=-",
  "t=0 0",
  "a=msid-semantic:WMS*",
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  "a=extmap-allow-mixed",
  "a=group:BUNDLE 0",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "c=IN IP4 0.0.0.0",
  "a=setup:actpass",
  "a=mid:0",
  "a=sendrecv",
  "a=sctp-port:5000",
  "a=ice-ufrag:tKmMcIeYZZVcLGzo",
  "a=ice-pwd:fUnkgqXGpXZTJVJwHyCYEDCMwNXOLbQr",
);
