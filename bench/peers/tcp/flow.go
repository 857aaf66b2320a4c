package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// Addresses within the namespaces, which nobody else sees.
var (
	senderAddress   = netip.MustParseAddr("10.78.0.1")
	receiverAddress = netip.MustParseAddr("10.78.0.2")
)

const (
	tcpPort = 5001
	// pieceBytes is the size of one write or read.
	pieceBytes = 256 << 10
)

// flow is a TCP connection from receiver to sender, over which the sender sends as fast as it can.
type flow struct {
	congestion       string
	sender, receiver *host
	listener         net.Listener
	received         atomic.Int64
}

// newFlow sets up everything but the connection. It fails if this machine lacks a privilege, a device or the congestion control.
func newFlow(congestion string) (*flow, error) {
	sender, err := newHost(senderAddress)
	if err != nil {
		return nil, err
	}
	receiver, err := newHost(receiverAddress)
	if err != nil {
		return nil, err
	}
	f := &flow{congestion: congestion, sender: sender, receiver: receiver}
	err = sender.do(func() (err error) {
		f.listener, err = listenTCP(netip.AddrPortFrom(senderAddress, tcpPort), congestion)
		return err
	})
	return f, err
}

// run connects through the path, and prints events until the context ends. The path's address is that of the sender for the receiver.
func (f *flow) run(ctx context.Context, path netip.AddrPort) error {
	failed := make(chan error, 6) // one for each goroutine
	inBackground := func(job func() error) { go func() { failed <- job() }() }
	f.receiver.remote.Store(&path)
	inBackground(f.sender.send)
	inBackground(func() error { return f.sender.receive(true) })
	inBackground(f.receiver.send)
	inBackground(func() error { return f.receiver.receive(false) })
	inBackground(f.serve)

	var conn net.Conn
	err := f.receiver.do(func() (err error) {
		conn, err = dialTCP(ctx, netip.AddrPortFrom(senderAddress, tcpPort), f.congestion)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Println(`{"event":"connected"}`)
	inBackground(func() error { return f.count(conn) })
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-second.C:
			fmt.Printf(`{"event":"second","bytes":%d}`+"\n", f.received.Swap(0))
		case err := <-failed:
			return err
		case <-ctx.Done():
			return nil
		}
	}
}

// serve sends zeros over the first connection.
func (f *flow) serve() error {
	conn, err := f.listener.Accept()
	if err != nil {
		return err
	}
	piece := make([]byte, pieceBytes)
	for {
		if _, err := conn.Write(piece); err != nil {
			return err
		}
	}
}

func (f *flow) count(conn io.Reader) error {
	piece := make([]byte, pieceBytes)
	for {
		n, err := conn.Read(piece)
		f.received.Add(int64(n))
		if err != nil {
			return err
		}
	}
}

// droppedPackets is the number of packets that the queues of both devices have dropped.
func (f *flow) droppedPackets() int {
	total := 0
	for _, h := range []*host{f.sender, f.receiver} {
		if dropped, err := h.device.droppedPackets(); err == nil {
			total += dropped
		}
	}
	return total
}
