package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"time"
)

// fakeChannel collects frames; while it is held, ranges wait as for a full channel.
type fakeChannel struct {
	mu     sync.Mutex
	frames []Frame
	gate   chan struct{}
	ended  chan uint32 // stream ids, by RANGE_END
}

func newFakeChannel(held bool) *fakeChannel {
	c := &fakeChannel{gate: make(chan struct{}), ended: make(chan uint32, 100)}
	if !held {
		close(c.gate)
	}
	return c
}

func (c *fakeChannel) send(message []byte) error {
	f, err := DecodeFrame(slices.Clone(message))
	c.mu.Lock()
	c.frames = append(c.frames, f)
	c.mu.Unlock()
	if f.Type == TypeRangeEnd {
		c.ended <- f.StreamID
	}
	return err
}

func (c *fakeChannel) wait(ctx context.Context) error {
	select {
	case <-c.gate:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// of returns a stream's bytes, its end (nil: none), and whether only its last chunk was flagged.
func (c *fakeChannel) of(id uint32) (data []byte, status *uint32, flagged bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.frames {
		if f.StreamID != id {
			continue
		}
		if f.Type == TypeRangeEnd {
			status = new(f.Status())
			continue
		}
		data, flagged = append(data, f.Payload...), f.Flags&FlagLastChunk != 0
	}
	return data, status, flagged
}

func (c *fakeChannel) awaitEnd(t *testing.T) uint32 {
	t.Helper()
	select {
	case id := <-c.ended:
		return id
	case <-time.After(testBound):
		t.Fatal("no RANGE_END")
		return 0
	}
}

func startRangeServer(t *testing.T, c *fakeChannel, file io.ReaderAt, size uint64) *RangeServer {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s := NewRangeServer(ctx, file, size, c.send, c.wait, &Lines{out: io.Discard})
	t.Cleanup(func() {
		stop()
		s.Close()
	})
	return s
}

func TestARangeThatIsReadShortEndsWithStatus0(t *testing.T) {
	c := newFakeChannel(false)
	s := startRangeServer(t, c, bytes.NewReader(make([]byte, 20_000)), 50_000)
	s.Request(1, 0, 0)
	c.awaitEnd(t)
	data, status, flagged := c.of(1)
	if len(data) != 20_000 || *status != StatusDone || flagged {
		t.Errorf("%d bytes, status %d, flagged %v", len(data), *status, flagged)
	}
}

type brokenFile struct{}

func (brokenFile) ReadAt([]byte, int64) (int, error) { return 0, errors.New("broken") }

func TestAFileThatCannotBeReadIsStatus3(t *testing.T) {
	c := newFakeChannel(false)
	startRangeServer(t, c, brokenFile{}, 100).Request(1, 0, 0)
	c.awaitEnd(t)
	if _, status, _ := c.of(1); *status != StatusUnreadable {
		t.Errorf("status %d", *status)
	}
}

func TestAFifthRangeIsBusyAndACancelBeforeAPlaceIsLost(t *testing.T) {
	c := newFakeChannel(true)
	s := startRangeServer(t, c, bytes.NewReader(make([]byte, 100)), 100)
	for id := uint32(1); id <= maxRanges; id++ {
		s.Request(id, 0, 0)
	}
	for len(s.places) < maxRanges {
		time.Sleep(time.Millisecond)
	}
	s.Request(5, 0, 0)
	s.Cancel(5)
	if id := c.awaitEnd(t); id != 5 {
		t.Fatalf("stream %d ended", id)
	}
	if _, status, _ := c.of(5); *status != StatusBusy {
		t.Errorf("status %d", *status)
	}
	s.Request(6, 0, 0)
	s.Cancel(6) // also lost, because it has no slot yet: the range is served completely
	s.Cancel(1)
	close(c.gate)
	ended := map[uint32]bool{}
	for range 4 {
		ended[c.awaitEnd(t)] = true
	}
	if data, _, _ := c.of(6); !ended[6] || ended[1] || len(data) != 100 {
		t.Errorf("ended: %v; %d bytes of the sixth", ended, len(data))
	}
}
