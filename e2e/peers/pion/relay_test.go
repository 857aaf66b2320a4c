package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// testRelay is an in-memory relay of the base protocol (PROTOCOL.md, section 2), for one session.
type testRelay struct {
	life   time.Duration // of one event stream
	replay bool          // each new stream gets all messages again, as from a relay that stores them; otherwise each side gets each message once
	echo   bool          // each side also gets its own messages
	status int           // if not 0, the status of every response

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced by each post
	messages []SignalMessage
	next     map[Side]int // without replay: the next message of each side
	streams  int
}

const testKey = "k-"

func startRelay(t *testing.T, r *testRelay) string {
	t.Helper()
	r.changed = make(chan struct{})
	r.next = map[Side]int{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/internal/stream/signal/{session}", r.post)
	mux.HandleFunc("GET /api/internal/stream/signal/{session}/events", r.events)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// side of a caller, from its key, as in the base protocol's relays.
func (r *testRelay) side(w http.ResponseWriter, req *http.Request) (Side, bool) {
	key, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer "+testKey)
	if r.status != 0 {
		w.WriteHeader(r.status)
		return "", false
	}
	if !ok {
		w.WriteHeader(http.StatusUnauthorized)
	}
	return Side(key), ok
}

func (r *testRelay) post(w http.ResponseWriter, req *http.Request) {
	side, ok := r.side(w, req)
	if !ok {
		return
	}
	var m SignalMessage
	if json.NewDecoder(req.Body).Decode(&m) != nil || m.From != side {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.say(m)
	_, _ = fmt.Fprint(w, `{"ok": true}`)
}

func (r *testRelay) say(m SignalMessage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, m)
	close(r.changed)
	r.changed = make(chan struct{})
}

// events also sends what a reader must skip: heartbeats, other names, data that isn't JSON, and with echo the reader's own messages.
func (r *testRelay) events(w http.ResponseWriter, req *http.Request) {
	side, ok := r.side(w, req)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = fmt.Fprint(w, "retry: 1500\n\n: heartbeat\n\nevent: other\ndata: {}\n\nevent: signal\ndata: no json\n\n")
	end := time.After(r.life)
	for cursor := r.cursor(side); ; {
		batch, changed := r.take(side, &cursor)
		for _, line := range batch {
			_, _ = fmt.Fprint(w, line)
		}
		w.(http.Flusher).Flush()
		select {
		case <-changed:
		case <-end:
			return
		case <-req.Context().Done():
			return
		}
	}
}

func (r *testRelay) cursor(side Side) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.streams++
	if r.replay {
		return 0
	}
	return r.next[side]
}

func (r *testRelay) take(side Side, cursor *int) (batch []string, changed chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for ; *cursor < len(r.messages); *cursor++ {
		m := r.messages[*cursor]
		if m.From == side && !r.echo {
			continue
		}
		data := mustJSON(map[string]any{"from": m.From, "type": m.Type, "payload": m.Payload, "ts": time.Now().UnixMilli()})
		batch = append(batch, fmt.Sprintf("event: signal\nid: %d\ndata: %s\n\n", *cursor+1, data))
	}
	r.next[side] = *cursor
	return batch, r.changed
}
