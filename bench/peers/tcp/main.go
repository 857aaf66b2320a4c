// Command tcp-flow sends a TCP flow of the Linux kernel through a path that carries UDP datagrams, such as the benchmarks' emulated link.
//
// It prints one JSON object per line:
//
//	{"event":"ready","port":P,"receiverPort":Q}   the UDP ports of sender and receiver on loopback
//	{"event":"connected"}                         the TCP connection is established
//	{"event":"second","bytes":N}                  received in each second after that
//	{"event":"end","droppedPackets":N}            by the queues of its own devices: 0, or the path is not the only cause of loss
//
// After "ready" it reads one line on standard input: the UDP address at which the receiver reaches the sender. It ends with standard
// input, or on SIGINT or SIGTERM. Namespaces, devices and sockets disappear with the process.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const (
	exitFailed = 1
	exitUsage  = 2
	// exitUnavailable: this machine can't do it, for the reason on standard error.
	exitUnavailable = 3
)

// connectWithin bounds the TCP handshake: several retransmissions of a lost SYN, after 1, 3 and 7 seconds.
const connectWithin = 15 * time.Second

func main() {
	congestion := flag.String("congestion", "cubic", "the kernel's congestion `control`: reno, cubic or bbr")
	check := flag.Bool("check", false, "only find out whether this machine can do it, and end")
	flag.Parse()
	if flag.NArg() > 0 {
		_, _ = fmt.Fprintln(os.Stderr, "unknown argument:", flag.Arg(0))
		os.Exit(exitUsage)
	}
	runInRealTime()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, *congestion, *check)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, congestion string, check bool) int {
	flow, err := newFlow(congestion)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return exitUnavailable
	}
	if check {
		return 0
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fmt.Printf(`{"event":"ready","port":%d,"receiverPort":%d}`+"\n", flow.sender.port(), flow.receiver.port())
	input := bufio.NewReader(os.Stdin)
	address, err := readAddress(ctx, input)
	if err == nil {
		go func() {
			_, _ = io.Copy(io.Discard, input)
			cancel() // the caller has ended
		}()
		err = flow.run(ctx, address)
	}
	if err != nil && ctx.Err() == nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	fmt.Printf(`{"event":"end","droppedPackets":%d}`+"\n", flow.droppedPackets())
	return 0
}

// readAddress reads a line with an IPv4 address and a port.
func readAddress(ctx context.Context, input *bufio.Reader) (netip.AddrPort, error) {
	type result struct {
		line string
		err  error
	}
	read := make(chan result, 1)
	go func() {
		line, err := input.ReadString('\n')
		read <- result{line, err}
	}()
	select {
	case got := <-read:
		if got.err != nil {
			return netip.AddrPort{}, fmt.Errorf("no address on standard input: %w", got.err)
		}
		return netip.ParseAddrPort(strings.TrimSpace(got.line))
	case <-ctx.Done():
		return netip.AddrPort{}, ctx.Err()
	}
}
