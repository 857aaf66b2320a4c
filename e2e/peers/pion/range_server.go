package main

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

const (
	maxRanges     = 4
	placeWait     = 5 * time.Second // a fifth range waits this long, then gets status 1
	maxRangesHeld = 1024            // ranges served and waiting together; more get status 1 at once
)

// RangeServer answers RANGE_REQ like an old agent: a CANCEL that arrives before the range has a slot is lost.
type RangeServer struct {
	file   io.ReaderAt
	size   uint64
	send   func([]byte) error          // one frame
	wait   func(context.Context) error // backpressure
	lines  *Lines
	ctx    context.Context
	places chan struct{}
	held   chan struct{}
	tasks  sync.WaitGroup
	mu     sync.Mutex
	active map[uint32]activeRange
	closed bool // no new range starts
}

// NewRangeServer serves until ctx is done.
func NewRangeServer(ctx context.Context, file io.ReaderAt, size uint64, send func([]byte) error,
	wait func(context.Context) error, lines *Lines) *RangeServer {
	return &RangeServer{
		file: file, size: size, send: send, wait: wait, lines: lines, ctx: ctx,
		places: make(chan struct{}, maxRanges),
		held:   make(chan struct{}, maxRangesHeld),
		active: map[uint32]activeRange{},
	}
}

// Request starts to answer a RANGE_REQ and returns at once. It takes a free slot itself, so slots are granted in the order of requests.
func (s *RangeServer) Request(streamID uint32, offset, length uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	select {
	case s.held <- struct{}{}:
	default:
		s.end(streamID, StatusBusy, 0)
		return
	}
	var ctx context.Context
	select {
	case s.places <- struct{}{}:
		ctx = s.register(streamID)
	default:
	}
	s.tasks.Go(func() {
		defer func() { <-s.held }()
		if ctx == nil {
			if !s.takePlace() {
				s.end(streamID, StatusBusy, 0)
				return
			}
			s.mu.Lock()
			ctx = s.register(streamID)
			s.mu.Unlock()
		}
		defer func() { <-s.places }()
		defer s.unregister(streamID, ctx)
		s.serve(ctx, streamID, offset, length)
	})
}

// Cancel stops a range that has a slot.
func (s *RangeServer) Cancel(streamID uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.active[streamID]; ok {
		r.cancel()
	}
}

// Close returns when all ranges have stopped; the context must be done first.
func (s *RangeServer) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.tasks.Wait()
}

func (s *RangeServer) serve(ctx context.Context, streamID uint32, offset, length uint64) {
	length, ok := resolveRange(s.size, offset, length)
	if !ok {
		s.end(streamID, StatusOutOfRange, 0)
		return
	}
	s.lines.Event("range", fields{"streamId": streamID, "offset": U64(offset).String(), "length": U64(length).String()})
	sent, status, err := s.copyRange(ctx, streamID, offset, length)
	if err != nil { // cancelled, or the channel is gone: no RANGE_END
		s.lines.Event("range-stopped", fields{"streamId": streamID, "bytes": sent, "cancelled": errors.Is(err, context.Canceled)})
		return
	}
	s.end(streamID, status, sent)
}

func (s *RangeServer) takePlace() bool {
	timer := time.NewTimer(placeWait)
	defer timer.Stop()
	select {
	case s.places <- struct{}{}:
		return true
	case <-timer.C:
	case <-s.ctx.Done():
	}
	return false
}

// copyRange sends the data frames. If the file ends early, it ends with status 0, like old agents; it returns only errors of sending.
func (s *RangeServer) copyRange(ctx context.Context, streamID uint32, offset, length uint64) (sent uint64, status uint32, err error) {
	frame := make([]byte, headerBytes+maxPayload)
	for sent < length {
		if err := s.wait(ctx); err != nil {
			return sent, 0, err
		}
		want := min(maxPayload, length-sent)
		n, readErr := s.file.ReadAt(frame[headerBytes:headerBytes+want], int64(offset+sent))
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return sent, StatusUnreadable, nil
		}
		if n == 0 {
			return sent, StatusDone, nil
		}
		sent += uint64(n)
		var flags uint8
		if sent == length {
			flags = FlagLastChunk
		}
		message := frame[:headerBytes+n]
		putHeader(message, TypeRangeData, flags, streamID)
		if err := ctx.Err(); err != nil {
			return sent - uint64(n), 0, err
		}
		if err := s.send(message); err != nil {
			return sent - uint64(n), 0, err
		}
	}
	return sent, StatusDone, nil
}

func (s *RangeServer) end(streamID, status uint32, sent uint64) {
	if s.ctx.Err() != nil {
		return
	}
	if s.send(EncodeRangeEnd(streamID, status)) == nil {
		s.lines.Event("range-end", fields{"streamId": streamID, "status": status, "bytes": sent})
	}
}

// activeRange is a range that has a slot.
type activeRange struct {
	ctx    context.Context
	cancel context.CancelFunc
}

// register makes a range known to CANCEL. If the browser reuses an id too early, the id then belongs to the newer range.
// The caller holds the lock.
func (s *RangeServer) register(streamID uint32) context.Context {
	ctx, cancel := context.WithCancel(s.ctx)
	s.active[streamID] = activeRange{ctx, cancel}
	return ctx
}

func (s *RangeServer) unregister(streamID uint32, ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.active[streamID]; r.ctx == ctx {
		r.cancel()
		delete(s.active, streamID)
	}
}
