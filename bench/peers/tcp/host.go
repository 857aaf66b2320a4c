package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
)

// host is one end of the flow: a namespace whose only way out is a TUN device, and a UDP socket outside of it that carries the packets.
type host struct {
	*namespace
	device *tun
	socket *net.UDPConn
	// remote is where the packets are sent.
	remote atomic.Pointer[netip.AddrPort]
}

func newHost(address netip.Addr) (*host, error) {
	space, err := newNamespace()
	if err != nil {
		return nil, err
	}
	h := &host{namespace: space}
	err = space.do(func() (err error) {
		h.device, err = openTun(address)
		return err
	})
	if err != nil {
		return nil, err
	}
	h.socket, err = openUDP()
	return h, err
}

func (h *host) port() int {
	return h.socket.LocalAddr().(*net.UDPAddr).Port
}

// send carries packets from the device to the remote socket. Those before the remote is known are lost.
func (h *host) send() error {
	buffer := make([]byte, mtu+1)
	for {
		n, err := h.device.file.Read(buffer)
		if err != nil {
			return err
		}
		if n > mtu {
			return fmt.Errorf("a packet is larger than the MTU of %d", mtu)
		}
		remote := h.remote.Load()
		if remote == nil || !isIPv4(buffer[:n]) {
			continue
		}
		// Fails if the path is gone, like a network that answers with ICMP. TCP treats the packet as lost.
		_, err = h.socket.WriteToUDPAddrPort(buffer[:n], *remote)
		if errors.Is(err, net.ErrClosed) {
			return err
		}
	}
}

// receive carries datagrams to the device. A host that learns sends to where the last datagram came from.
func (h *host) receive(learn bool) error {
	buffer := make([]byte, mtu)
	for {
		n, from, err := h.socket.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil || !isIPv4(buffer[:n]) {
			continue
		}
		if known := h.remote.Load(); learn && (known == nil || *known != from) {
			h.remote.Store(&from)
		}
		if _, err := h.device.file.Write(buffer[:n]); errors.Is(err, os.ErrClosed) {
			return err
		}
	}
}

// isIPv4 is false for the kernel's own IPv6 packets (router solicitations), which have nothing to do with the flow.
func isIPv4(packet []byte) bool {
	return len(packet) > 0 && packet[0]>>4 == 4
}
