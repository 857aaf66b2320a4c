package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"github.com/pion/sctp"
)

const (
	// associationStream carries all messages, in both directions.
	associationStream = 1
	// endingStream carries one message of the other side: how this side ends the association, "shutdown" or "abort".
	endingStream     = 2
	associationChunk = 16 << 10
	// associationMaxMessage is more than any message of a test.
	associationMaxMessage = 1 << 20
	// shutdownWithin bounds the exchange that ends an association.
	shutdownWithin = 10 * time.Second
)

// AssociationOptions are the flags of the role "sctp".
type AssociationOptions struct {
	Connect string // UDP address of the other side
	Role    string // client: begins the handshake
	Send    int64  // bytes
	Seed    uint64 // of the bytes
	MaxRun  time.Duration
}

func associationFlags(set *flag.FlagSet) *AssociationOptions {
	o := &AssociationOptions{}
	set.StringVar(&o.Connect, "connect", "", "UDP `address` of the other side")
	set.StringVar(&o.Role, "role", "client", "`client` (begins the handshake) or server")
	set.Int64Var(&o.Send, "send", 0, "`bytes` to send")
	set.Uint64Var(&o.Seed, "seed", 1, "of the bytes that are sent")
	set.DurationVar(&o.MaxRun, "max-run", defaultMaxRun, "end with an error after this time")
	return o
}

// RunAssociation runs an SCTP association straight over UDP, without DTLS. Each side sends its bytes in messages of 16 KiB on
// stream 1, and resets the stream after the last one. Then the other side ends the association, or says on stream 2 how this side does.
func RunAssociation(ctx context.Context, o AssociationOptions, lines *Lines) int {
	ctx, cancel := context.WithTimeout(ctx, o.MaxRun)
	defer cancel()
	if err := runAssociation(ctx, o, lines); err != nil {
		lines.Event("end", fields{"ok": false, "detail": err.Error()})
		return 1
	}
	lines.Event("end", fields{"ok": true})
	return 0
}

// overUDP opens an association over UDP, and prints "start". The context ends it.
func overUDP(ctx context.Context, o AssociationOptions, lines *Lines) (association *sctp.Association, closeConn func(), err error) {
	conn, err := net.Dial("udp", o.Connect)
	if err != nil {
		return nil, nil, err
	}
	stopWaiting := context.AfterFunc(ctx, func() { _ = conn.Close() })
	closeConn = func() {
		stopWaiting()
		_ = conn.Close()
	}
	_ = conn.(*net.UDPConn).SetReadBuffer(defaultUDPBuffer) // as much as the kernel gives
	lines.Event("start", fields{"port": conn.LocalAddr().(*net.UDPAddr).Port})
	association, err = associate(o.Role, []sctp.AssociationOption{
		sctp.WithNetConn(conn), sctp.WithBlockWrite(true), sctp.WithMaxMessageSize(associationMaxMessage),
	})
	if err != nil {
		closeConn()
		return nil, nil, fmt.Errorf("handshake: %w", err)
	}
	return association, closeConn, nil
}

func runAssociation(ctx context.Context, o AssociationOptions, lines *Lines) error {
	association, closeConn, err := overUDP(ctx, o, lines)
	if err != nil {
		return err
	}
	defer closeConn()
	stream, err := association.OpenStream(associationStream, sctp.PayloadTypeWebRTCBinary)
	if err != nil {
		return err
	}
	lines.Event("open", nil)
	received := make(chan error, 1)
	go func() { received <- receiveAll(stream, lines) }()
	if err := sendAll(stream, o, lines); err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	select {
	case err := <-received:
		if err != nil {
			return fmt.Errorf("receiving: %w", err)
		}
	case <-ctx.Done():
		return ctx.Err()
	}
	return end(ctx, association)
}

func associate(role string, shared []sctp.AssociationOption) (*sctp.Association, error) {
	if role == "server" {
		var options []sctp.ServerOption
		for _, option := range shared {
			options = append(options, option)
		}
		return sctp.ServerWithOptions(options...)
	}
	var options []sctp.ClientOption
	for _, option := range shared {
		options = append(options, option)
	}
	return sctp.ClientWithOptions(options...)
}

func sendAll(stream *sctp.Stream, o AssociationOptions, lines *Lines) error {
	var seed [32]byte
	seed[0] = byte(o.Seed)
	noise := rand.NewChaCha8(seed)
	hash := sha256.New()
	chunk := make([]byte, associationChunk)
	for left := o.Send; left > 0; left -= int64(len(chunk)) {
		chunk = chunk[:min(left, associationChunk)]
		_, _ = noise.Read(chunk)
		hash.Write(chunk)
		if _, err := stream.WriteSCTP(chunk, sctp.PayloadTypeWebRTCBinary); err != nil {
			return err
		}
	}
	lines.Event("sent", fields{"bytes": o.Send, "sha256": hex.EncodeToString(hash.Sum(nil))})
	return stream.Close()
}

// receiveAll reads until the other side resets the stream.
func receiveAll(stream *sctp.Stream, lines *Lines) error {
	hash := sha256.New()
	buffer := make([]byte, associationMaxMessage)
	total, messages := 0, 0
	for {
		n, err := stream.Read(buffer)
		if errors.Is(err, io.EOF) {
			lines.Event("received", fields{"bytes": total, "messages": messages, "sha256": hex.EncodeToString(hash.Sum(nil))})
			return nil
		}
		if err != nil {
			return err
		}
		hash.Write(buffer[:n])
		total += n
		messages++
	}
}

// end does what the other side says on stream 2, or waits for its end.
func end(ctx context.Context, association *sctp.Association) error {
	for {
		stream, err := association.AcceptStream()
		if err != nil {
			return nil // the other side has ended it
		}
		if stream.StreamIdentifier() != endingStream {
			continue
		}
		word := make([]byte, len("shutdown"))
		n, err := stream.Read(word)
		if err != nil {
			return err
		}
		if string(word[:n]) == "abort" {
			association.Abort("enough")
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, shutdownWithin)
		defer cancel()
		return association.Shutdown(ctx)
	}
}
