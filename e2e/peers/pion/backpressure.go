package main

import (
	"context"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
)

// The water marks (PROTOCOL.md, C-8).
const (
	highWaterMark    = 8 << 20
	lowWaterMark     = 1 << 20
	bufferedPollTime = 500 * time.Millisecond // in case the event is missed
)

// Gate blocks senders while a channel has too much buffered: it closes at the high mark, and opens at the low one.
type Gate struct {
	channel *webrtc.DataChannel
	high    uint64
	low     uint64
	mu      sync.Mutex
	opened  chan struct{} // nil: the gate is open
}

// NewGate watches a channel. For a high mark under 2 MiB, the low mark is half of it.
func NewGate(channel *webrtc.DataChannel, high uint64) *Gate {
	g := &Gate{channel: channel, high: high, low: min(lowWaterMark, high/2)}
	channel.SetBufferedAmountLowThreshold(g.low)
	channel.OnBufferedAmountLow(g.release)
	return g
}

// Wait returns when the gate is open, or with ctx's error.
func (g *Gate) Wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	opened := g.check()
	if opened == nil {
		return nil
	}
	poll := time.NewTicker(bufferedPollTime)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-opened:
			return ctx.Err()
		case <-poll.C:
			if g.channel.BufferedAmount() <= g.low {
				g.release()
			}
		}
	}
}

func (g *Gate) check() chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened == nil && g.channel.BufferedAmount() >= g.high {
		g.opened = make(chan struct{})
	}
	return g.opened
}

func (g *Gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened != nil {
		close(g.opened)
		g.opened = nil
	}
}
