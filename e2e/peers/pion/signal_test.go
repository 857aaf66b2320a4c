package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// testBound ends hanging tests; no test depends on its length.
const testBound = 30 * time.Second

func boundedContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testBound)
	t.Cleanup(cancel)
	return ctx
}

func TestReadOpensTheStreamAgainAndSkipsItsOwnMessages(t *testing.T) {
	relay := &testRelay{life: 30 * time.Millisecond, echo: true}
	base := startRelay(t, relay)
	browser := NewSignal(base, "a/b?c", testKey+"browser", SideBrowser)
	agent := NewSignal(base, "a/b?c", testKey+"agent", SideAgent)
	agent.skipOwn = true
	var own atomic.Int32
	agent.onOwn = func(string) { own.Add(1) }
	t.Cleanup(browser.Close)
	t.Cleanup(agent.Close)
	ctx, stop := context.WithCancel(boundedContext(t))
	go func() {
		for i := range 3 {
			_ = agent.Post(ctx, "mine", "")
			_ = browser.Post(ctx, MsgCandidate, fmt.Sprint(i))
			time.Sleep(2 * relay.life)
		}
	}()
	var got []string
	err := agent.Read(ctx, func(m SignalMessage) {
		if got = append(got, m.Payload); len(got) == 3 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) || !slices.Equal(got, []string{"0", "1", "2"}) {
		t.Errorf("got %v, %v", got, err)
	}
	if own.Load() == 0 {
		t.Error("no own message was noticed")
	}
	if relay.streams < 2 {
		t.Error("one stream was enough, so nothing was opened again")
	}
}

func TestARefusalEndsPostAndRead(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound} {
		s := NewSignal(startRelay(t, &testRelay{status: status}), "s", testKey+"agent", SideAgent)
		t.Cleanup(s.Close)
		want := errRefused{status}
		if err := s.Post(boundedContext(t), MsgBye, ""); err != want {
			t.Errorf("post: %v", err)
		}
		if err := s.Read(boundedContext(t), func(SignalMessage) {}); err != want {
			t.Errorf("read: %v", err)
		}
	}
}

func TestACarelessSideTakesItsOwnMessagesForTheOthers(t *testing.T) {
	agent := NewSignal(startRelay(t, &testRelay{life: time.Second, echo: true}), "s", testKey+"agent", SideAgent)
	t.Cleanup(agent.Close)
	ctx, stop := context.WithCancel(boundedContext(t))
	if err := agent.Post(ctx, MsgCandidate, "mine"); err != nil {
		t.Fatal(err)
	}
	var got string
	_ = agent.Read(ctx, func(m SignalMessage) { got = m.Payload; stop() })
	if got != "mine" {
		t.Errorf("got %q", got)
	}
}

func TestAnOrderedOutboxPostsInOrderAndAChaoticOneDoesNot(t *testing.T) {
	const count = 20
	for _, order := range []Order{Ordered, Chaotic} {
		relay := &testRelay{life: time.Second}
		s := NewSignal(startRelay(t, relay), "s", testKey+"agent", SideAgent)
		t.Cleanup(s.Close)
		o := NewOutbox(s, order, 7, func(err error) { t.Errorf("lost a message: %v", err) })
		for i := range count {
			o.Send(MsgCandidate, fmt.Sprintf("%02d", i))
		}
		o.Close(testBound)
		var got []string
		for _, m := range relay.messages {
			got = append(got, m.Payload)
		}
		if len(got) != count || slices.IsSorted(got) != (order == Ordered) {
			t.Errorf("order %v: %v", order, got)
		}
	}
}

func TestAFullOutboxSaysSo(t *testing.T) {
	s := NewSignal(startRelay(t, &testRelay{life: time.Second}), "s", testKey+"agent", SideAgent)
	t.Cleanup(s.Close)
	failed := make(chan error, outboxCap)
	o := NewOutbox(s, OwnTasks, 1, func(err error) { failed <- err })
	for range outboxCap + 1 {
		o.Send(MsgCandidate, "")
	}
	o.Close(0) // drops the rest
	select {
	case err := <-failed:
		if !errors.Is(err, errOutboxFull) {
			t.Error(err)
		}
	case <-boundedContext(t).Done():
		t.Error("nothing was said")
	}
}
