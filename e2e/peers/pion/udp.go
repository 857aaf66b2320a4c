package main

import (
	"net"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
)

// defaultUDPBuffer is requested for each socket; the kernel gives what net.core.rmem_max allows. With the usual 208 KiB, of
// which a packet of 1,200 bytes takes two or three times its size, bursts of one round trip overflow the socket. Each overflow is a loss,
// and often costs a second until SCTP's timer fires.
const defaultUDPBuffer = 4 << 20

// bufferedNet is the machine's network, with larger socket buffers.
type bufferedNet struct {
	*stdnet.Net
	bytes int
}

func newBufferedNet(bytes int) (*bufferedNet, error) {
	n, err := stdnet.NewNet()
	return &bufferedNet{Net: n, bytes: bytes}, err
}

// ListenUDP opens the sockets of ICE host candidates.
func (n *bufferedNet) ListenUDP(network string, address *net.UDPAddr) (transport.UDPConn, error) {
	conn, err := net.ListenUDP(network, address)
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(n.bytes) // as much as the kernel gives
	_ = conn.SetWriteBuffer(n.bytes)
	return conn, nil
}
