package main

import (
	"reflect"
	"strings"
	"testing"
)

func TestReadEventsTakesTheFraming(t *testing.T) {
	long := strings.Repeat("x", maxLineBytes-len("data: "))
	cases := []struct {
		name, stream string
		want         []sseEvent
		err          error
	}{
		{"retry and heartbeats are not events", "retry: 1500\n\n: hello\n\n", nil, nil},
		{"a named event", "event: signal\nid: 4\ndata: {}\n\n", []sseEvent{{"signal", "{}"}}, nil},
		{"without a name, CR LF, no space", "data:a\r\n\r\n", []sseEvent{{"", "a"}}, nil},
		{"lines of data are joined", "data: a\ndata:\ndata: b\n\n", []sseEvent{{"", "a\n\nb"}}, nil},
		{"a name does not outlive its event", "event: x\ndata: 1\n\ndata: 2\n\n", []sseEvent{{"x", "1"}, {"", "2"}}, nil},
		{"an event that the end cuts off", "data: 1\n\ndata: 2\n", []sseEvent{{"", "1"}}, nil},
		{"a line of 256 KiB", "data: " + long + "\n\n", []sseEvent{{"", long}}, nil},
		{"a longer line", "data: " + long + "y\n\n", nil, errLineTooLong},
		{"a line that never ends", strings.Repeat("x", 2*maxLineBytes), nil, errLineTooLong},
		{"an event over 1 MiB", strings.Repeat("data: "+long+"\n", 5), nil, errEventTooLong},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []sseEvent
			err := readEvents(strings.NewReader(c.stream), func(e sseEvent) { got = append(got, e) })
			if err != c.err {
				t.Errorf("error %v, want %v", err, c.err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %d events, want %d", len(got), len(c.want))
			}
		})
	}
}
