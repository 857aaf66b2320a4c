package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// How old browsers seek, for the benchmarks: one range to the end of the file; a seek is a CANCEL and a new range.

const (
	seekAllowance = 15 * time.Second // longest time of one seek: 8 MiB at 5 Mbit/s take 13.4 s
	seekableShare = 0.75             // offsets are in the first part of the file, so that there is more to read ahead
)

// firehose is the current range, and the figures of the earlier ones.
type firehose struct {
	b       *browser
	random  *rand.Rand
	size    uint64
	current *Stream
	old     []*Stream
	wraps   int
}

func (b *browser) stepFirehoseSeek(ctx context.Context, step Step) (fields, error) {
	f := &firehose{b: b, random: rand.New(rand.NewPCG(uint64(step.Seed), 0x7365656b)), size: b.inbox.Size()}
	if f.size == 0 || f.size == unknownSize {
		return nil, errors.New("seeking needs a file whose size is known and not 0")
	}
	if _, err := f.open(ctx, 0); err != nil {
		return nil, err
	}
	start, before := time.Now(), b.inbox.Total()
	if err := f.read(ctx, duration(step.EveryMs)); err != nil {
		return nil, err
	}
	took := make([]float64, 0, step.Seeks)
	for range step.Seeks {
		if err := b.cancel(f.current); err != nil {
			return nil, err
		}
		ms, err := f.open(ctx, f.somewhere())
		if err != nil {
			return fields{"firstByteMs": took}, err
		}
		took = append(took, ms)
		if err := f.read(ctx, duration(step.EveryMs)); err != nil {
			return fields{"firstByteMs": took}, err
		}
	}
	seconds, all := time.Since(start).Seconds(), b.inbox.Total()-before
	if err := b.cancel(f.current); err != nil {
		return nil, err
	}
	if _, err := b.pingAndWait(ctx, b.newID()); err != nil {
		return nil, err
	}
	return f.report(took, all, seconds), nil
}

func (f *firehose) report(took []float64, all uint64, seconds float64) fields {
	stale := uint64(0)
	for _, s := range f.old {
		if state := f.b.inbox.Look(s); state.cancelled {
			stale += state.bytes - state.atCancel
		}
	}
	sorted := slices.Sorted(slices.Values(took))
	return fields{
		"firstByteMs": took, "p50": percentile(sorted, 50), "p95": percentile(sorted, 95), "max": percentile(sorted, 100),
		"bytes": all, "staleBytes": stale, "seconds": seconds, "wraps": f.wraps,
		"linkBytesPerSecond":      float64(all) / seconds,
		"readAheadBytesPerSecond": float64(all-min(stale, all)) / seconds,
	}
}

// open starts a range to the end and waits for its first byte. It returns the milliseconds since the request.
func (f *firehose) open(ctx context.Context, offset uint64) (float64, error) {
	if f.current != nil {
		f.old = append(f.old, f.current)
	}
	s, err := f.b.ask(ByteRange{Offset: U64(offset)}, nil)
	if err != nil {
		return 0, err
	}
	f.current = s
	if err := f.b.waitEither(ctx, s.firstByte, s.end); err != nil {
		return 0, fmt.Errorf("no byte at offset %d: %w", offset, err)
	}
	state := f.b.inbox.Look(s)
	if state.first.IsZero() {
		return 0, fmt.Errorf("no byte at offset %d: status %d", offset, state.status)
	}
	return milliseconds(state.first.Sub(s.asked)), nil
}

// read continues to read for some time; after a range that reaches the end of the file it starts another.
func (f *firehose) read(ctx context.Context, d time.Duration) error {
	reading, stop := context.WithTimeout(ctx, d)
	defer stop()
	for {
		err := f.b.wait(reading, f.current.end)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if errors.Is(err, errChannelClosed) {
			return err
		}
		if err != nil {
			return nil // the time is over
		}
		if status := f.b.inbox.Look(f.current).status; status != StatusDone {
			return fmt.Errorf("the range ended with status %d", status)
		}
		f.wraps++
		if _, err := f.open(ctx, f.somewhere()); err != nil {
			return err
		}
	}
}

func (f *firehose) somewhere() uint64 {
	return f.random.Uint64N(max(1, uint64(float64(f.size)*seekableShare)))
}

// percentile is the nearest-rank percentile of sorted values; 0 if there are none.
func percentile(sorted []float64, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*p+99)/100-1]
}
