package main

import (
	"bytes"
	"encoding/json"
	"io"
	"sync"
)

// Lines prints one JSON object per line; it is safe for concurrent use.
type Lines struct {
	mu    sync.Mutex
	out   io.Writer
	ended bool
}

// fields is one line's object.
type fields map[string]any

// Print writes a line, unless the event "end" was printed. "event" or "op" comes first, so that the output is readable for people.
func (l *Lines) Print(first, name string, rest fields) {
	var b bytes.Buffer
	b.WriteString(`{"` + first + `":`)
	b.Write(mustJSON(name))
	if len(rest) > 0 {
		b.WriteByte(',')
		b.Write(mustJSON(rest)[1:])
	} else {
		b.WriteByte('}')
	}
	b.WriteByte('\n')
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return
	}
	_, _ = l.out.Write(b.Bytes())
	l.ended = first == "event" && name == "end"
}

// Event prints {"event": name, ...}.
func (l *Lines) Event(name string, rest fields) { l.Print("event", name, rest) }

func mustJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // all values are our own
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
