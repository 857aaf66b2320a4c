package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	outboxCap     = 256 // messages that wait for the relay; ICE gathers a few dozen at most
	postAttempts  = 5
	postRetryWait = 500 * time.Millisecond
	chaosDelay    = 150 * time.Millisecond // each message of a chaotic outbox waits a random time up to this
)

var errOutboxFull = errors.New("too many messages wait for the relay")

// Order is the order in which messages are posted.
type Order int

const (
	OwnTasks Order = iota // each in its own goroutine, like old peers: they may arrive in any order
	Ordered               // one after another
	Chaotic               // each in its own goroutine, after a random delay, so that they certainly arrive in another order
)

// Outbox posts messages without blocking its callers.
type Outbox struct {
	signal  *Signal
	failed  func(error)
	order   Order
	random  *rand.Rand // for a chaotic order
	mu      sync.Mutex
	queue   []SignalMessage
	posting int // running goroutines; an ordered outbox has at most one
	idle    *sync.Cond
	ctx     context.Context
	cancel  context.CancelFunc
}

// NewOutbox calls failed once for each message that could not be posted. The seed determines a chaotic outbox's delays.
func NewOutbox(signal *Signal, order Order, seed uint64, failed func(error)) *Outbox {
	o := &Outbox{signal: signal, failed: failed, order: order}
	o.ctx, o.cancel = context.WithCancel(context.Background())
	o.idle = sync.NewCond(&o.mu)
	if order == Chaotic {
		o.random = rand.New(rand.NewPCG(seed, 0x6368616f73))
	}
	return o
}

// Send queues a message and returns at once.
func (o *Outbox) Send(msgType, payload string) {
	m := SignalMessage{Type: msgType, Payload: payload}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue)+o.posting >= outboxCap {
		go o.failed(errOutboxFull)
		return
	}
	if o.order != Ordered {
		o.posting++
		delay := time.Duration(0)
		if o.random != nil {
			delay = time.Duration(o.random.Int64N(int64(chaosDelay)))
		}
		go o.postLater(m, delay)
		return
	}
	o.queue = append(o.queue, m)
	if o.posting == 0 {
		o.posting = 1
		go o.postQueue()
	}
}

// Close waits a limited time for queued messages, then drops the rest.
func (o *Outbox) Close(within time.Duration) {
	timer := time.AfterFunc(within, o.cancel)
	defer timer.Stop()
	o.mu.Lock()
	for o.posting > 0 {
		o.idle.Wait()
	}
	o.mu.Unlock()
	o.cancel()
}

func (o *Outbox) postQueue() {
	for {
		o.mu.Lock()
		if len(o.queue) == 0 {
			o.posting = 0
			o.idle.Broadcast()
			o.mu.Unlock()
			return
		}
		m := o.queue[0]
		o.queue = o.queue[1:]
		o.mu.Unlock()
		o.post(m)
	}
}

func (o *Outbox) postLater(m SignalMessage, delay time.Duration) {
	if o.pause(delay) {
		o.post(m)
	}
	o.mu.Lock()
	o.posting--
	o.idle.Broadcast()
	o.mu.Unlock()
}

func (o *Outbox) post(m SignalMessage) {
	var err error
	for attempt := range postAttempts {
		if attempt > 0 && !o.pause(postRetryWait) {
			return
		}
		if err = o.signal.Post(o.ctx, m.Type, m.Payload); err == nil || o.ctx.Err() != nil {
			return
		}
		var refused errRefused
		if errors.As(err, &refused) {
			break
		}
	}
	o.failed(err)
}

// pause returns false if the outbox was cancelled during the wait.
func (o *Outbox) pause(d time.Duration) bool {
	select {
	case <-o.ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
