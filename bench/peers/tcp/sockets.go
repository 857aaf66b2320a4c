package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// bufferBytes is the size of all socket buffers, in each direction (the kernel doubles it, and charges about twice a packet's size). A TCP
// window needs 6.7 MB for 100 Mbit/s for 200 ms and a queue of 4 MiB. A fixed size means that TCP's own adjustment of its buffers never
// limits the flow.
const bufferBytes = 16 << 20

// withOptions returns a function that sets the options of a new socket before it is used. Congestion control is "" for UDP.
func withOptions(congestion string) func(string, string, syscall.RawConn) error {
	return func(_, _ string, raw syscall.RawConn) error {
		var failed error
		err := raw.Control(func(handle uintptr) { failed = setOptions(int(handle), congestion) })
		if err != nil {
			return err
		}
		return failed
	}
}

func setOptions(fd int, congestion string) error {
	// FORCE: beyond net.core.rmem_max and wmem_max, which root may.
	for _, option := range []int{syscall.SO_RCVBUFFORCE, syscall.SO_SNDBUFFORCE} {
		if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, option, bufferBytes); err != nil {
			return fmt.Errorf("socket buffers can't be set: %w", err)
		}
	}
	if congestion == "" {
		return nil
	}
	if err := syscall.SetsockoptString(fd, syscall.IPPROTO_TCP, syscall.TCP_CONGESTION, congestion); err != nil {
		return fmt.Errorf("the kernel has no congestion control %s: %w", congestion, err)
	}
	return nil
}

// openUDP opens a socket on loopback.
func openUDP() (*net.UDPConn, error) {
	config := net.ListenConfig{Control: withOptions("")}
	conn, err := config.ListenPacket(context.Background(), "udp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return conn.(*net.UDPConn), nil
}

// listenTCP opens a listening socket in the namespace of the calling thread. Its connections inherit the options.
func listenTCP(address netip.AddrPort, congestion string) (net.Listener, error) {
	config := net.ListenConfig{Control: withOptions(congestion)}
	config.SetMultipathTCP(false)
	return config.Listen(context.Background(), "tcp4", address.String())
}

// dialTCP connects from the namespace of the calling thread.
func dialTCP(ctx context.Context, address netip.AddrPort, congestion string) (net.Conn, error) {
	dialer := net.Dialer{Control: withOptions(congestion), Timeout: connectWithin}
	dialer.SetMultipathTCP(false)
	return dialer.DialContext(ctx, "tcp4", address.String())
}
