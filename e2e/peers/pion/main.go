// Command pion-peer is an independent peer of the base protocol (PROTOCOL.md, sections 1 to 3), for interoperation tests and
// benchmarks. It shares no code with the rest of the project.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

const (
	exitUsage         = 2
	defaultOpenWithin = 30 * time.Second // for the channel, from the start
	defaultMaxRun     = 10 * time.Minute
)

const usage = `usage:
  peer daemon  --base URL --session ID --key KEY --file PATH [flags]
  peer browser --base URL --session ID --key KEY [--script JSON|FILE|-] [flags]
  peer sctp    --connect HOST:PORT [flags]
  peer firehose [flags]
  peer webrtc  [flags]
  peer channels --connect HOST:PORT [flags]
  peer dtls    --connect HOST:PORT --fingerprint AB:CD:… [flags]
Flags of a role: peer daemon -h, peer browser -h.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		_, _ = fmt.Fprint(stderr, usage)
		return exitUsage
	}
	set := flag.NewFlagSet("peer "+args[0], flag.ContinueOnError)
	set.SetOutput(stderr)
	lines := &Lines{out: stdout}
	switch args[0] {
	case "daemon":
		o := daemonFlags(set)
		if err := parse(set, args[1:], stderr, "base", "session", "key", "file"); err != nil {
			return exitUsage
		}
		if o.HighMark < maxPayload {
			_, _ = fmt.Fprintf(stderr, "--firehose-mark: at least a frame, %d\n", maxPayload)
			return exitUsage
		}
		return RunDaemon(ctx, *o, lines)
	case "browser":
		o, script := browserFlags(set)
		if err := parse(set, args[1:], stderr, "base", "session", "key"); err != nil {
			return exitUsage
		}
		steps, err := OpenScript(*script, stdin)
		if err != nil {
			_, _ = fmt.Fprintln(stderr, err)
			return exitUsage
		}
		return RunBrowser(ctx, *o, steps, lines)
	case "sctp":
		o := associationFlags(set)
		if err := parse(set, args[1:], stderr, "connect"); err != nil {
			return exitUsage
		}
		return RunAssociation(ctx, *o, lines)
	case "firehose":
		o := firehoseFlags(set)
		if err := parse(set, args[1:], stderr); err != nil {
			return exitUsage
		}
		return RunFirehose(ctx, *o, stdin, lines)
	case "webrtc":
		o := webrtcFlags(set)
		if err := parse(set, args[1:], stderr); err != nil {
			return exitUsage
		}
		return RunWebrtc(ctx, *o, stdin, lines)
	case "channels":
		o := associationFlags(set)
		if err := parse(set, args[1:], stderr, "connect"); err != nil {
			return exitUsage
		}
		return RunChannels(ctx, *o, lines)
	case "dtls":
		o := dtlsFlags(set)
		if err := parse(set, args[1:], stderr, "connect", "fingerprint"); err != nil {
			return exitUsage
		}
		return RunDTLS(ctx, *o, lines)
	default:
		_, _ = fmt.Fprint(stderr, usage)
		return exitUsage
	}
}

// parse refuses extra arguments and missing required flags, and names them.
func parse(set *flag.FlagSet, args []string, stderr io.Writer, required ...string) error {
	err := set.Parse(args)
	if err != nil {
		return err // already printed
	}
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for _, name := range required {
		if !given[name] {
			err = fmt.Errorf("--%s is missing", name)
		}
	}
	if set.NArg() > 0 {
		err = errors.New("what is meant by " + set.Arg(0) + "?")
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err)
	}
	return err
}

func netFlags(set *flag.FlagSet, o *NetOptions) {
	set.StringVar(&o.Bind, "bind", "127.0.0.1", "host addresses for ICE, comma-separated, or `any`")
	set.BoolVar(&o.NoMDNS, "no-mdns", false, "discard remote .local candidates instead of asking the local network")
	set.StringVar(&o.ICEServers, "ice-servers", "", "comma-separated stun: `URLs` (default none)")
	set.IntVar(&o.UDPBuffer, "udp-buffer", defaultUDPBuffer, "`bytes` of socket buffer to ask for; 0: the system's default")
}

func orderFlags(set *flag.FlagSet, order *Order, seed *uint64) {
	choose := func(chosen Order) func(string) error {
		return func(string) error {
			*order = chosen
			return nil
		}
	}
	set.BoolFunc("ordered", "post one message after another, instead of each in its own goroutine", choose(Ordered))
	set.BoolFunc("chaotic", "post each message after a random delay", choose(Chaotic))
	set.Uint64Var(seed, "seed", 1, "of the random delays")
}

func daemonFlags(set *flag.FlagSet) *DaemonOptions {
	o := &DaemonOptions{}
	set.StringVar(&o.Base, "base", "", "the relay's `URL`, before /api/")
	set.StringVar(&o.Session, "session", "", "session `id`")
	set.StringVar(&o.Key, "key", "", "bearer `key` for the relay")
	set.StringVar(&o.File, "file", "", "`path` of the file to serve")
	set.StringVar(&o.Name, "name", "", "the file's `name` in HELLO (default: its own)")
	netFlags(set, &o.Net)
	set.Uint64Var(&o.HighMark, "firehose-mark", highWaterMark, "`bytes` buffered at which sending pauses; it continues at 1 MiB, or at half of this")
	orderFlags(set, &o.Order, &o.Seed)
	set.BoolVar(&o.SkipOwn, "skip-own", false, "skip what the relay gives back of this side's own messages")
	set.Func("transcode", "say that the file's size is an estimate: this `SIZE` in bytes, or \"unknown\"", func(text string) (err error) {
		o.Transcode, o.ClaimedSize = true, unknownSize
		if text != "unknown" {
			o.ClaimedSize, err = strconv.ParseUint(text, 10, 63)
		}
		return err
	})
	set.Uint64Var(&o.StopAt, "stop-at", 0, "read no `byte` from this one on, as if the file had been cut off there; 0: read all of it")
	set.DurationVar(&o.OpenWithin, "open-within", defaultOpenWithin, "end with an error if no channel opens within this time")
	set.DurationVar(&o.MaxRun, "max-run", defaultMaxRun, "end with an error after this time")
	return o
}

func browserFlags(set *flag.FlagSet) (*BrowserOptions, *string) {
	o := &BrowserOptions{}
	set.StringVar(&o.Base, "base", "", "the relay's `URL`, before /api/")
	set.StringVar(&o.Session, "session", "", "session `id`")
	set.StringVar(&o.Key, "key", "", "bearer `key` for the relay")
	script := set.String("script", "", "steps: a `JSON` array, a file with one, or - for a step a line on stdin")
	netFlags(set, &o.Net)
	orderFlags(set, &o.Order, &o.Seed)
	set.BoolVar(&o.SkipOwn, "skip-own", false, "skip what the relay gives back of this side's own messages")
	set.BoolVar(&o.FreshIDs, "fresh-ids", false, "never use a stream id again")
	set.DurationVar(&o.OpenWithin, "open-within", defaultOpenWithin, "fail if HELLO has not come within this time")
	set.DurationVar(&o.MaxRun, "max-run", defaultMaxRun, "fail after this time")
	return o, script
}
