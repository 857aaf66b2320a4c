package main

import (
	"bytes"
	"maps"
	"testing"
)

func hello(t *testing.T, size uint64) []byte {
	t.Helper()
	b, err := EncodeHello(FlagSeekable, size, "f")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhatTheBaseProtocolForbidsAnAgentIsCounted(t *testing.T) {
	data := func(flags uint8, n int) []byte { return EncodeFrame(TypeRangeData, flags, 1, make([]byte, n)) }
	reserved := EncodeFrame(TypePing, 0, 0, nil)
	reserved[3] = 1
	done := EncodeRangeEnd(1, StatusDone)
	cases := []struct {
		name   string
		size   uint64
		frames [][]byte
		want   map[string]int
	}{
		{"a good answer", 5, [][]byte{data(0, 3), data(FlagLastChunk, 2), done}, nil},
		{"read short, as old agents do", 5, [][]byte{data(0, 3), done}, nil},
		{"out of range", 0, [][]byte{EncodeRangeEnd(1, StatusOutOfRange)}, nil},
		{"a ping", 5, [][]byte{EncodeFrame(TypePing, 0, 0, nil)}, nil},
		{"an unknown size has no end", unknownSize, [][]byte{data(0, 3), data(0, 3), done}, nil},
		{"no flag", 5, [][]byte{data(0, 5), done}, map[string]int{"the last chunk is not flagged": 1}},
		{"too many bytes", 5, [][]byte{data(0, 6)}, map[string]int{"more bytes than the range has": 1}},
		{"too large a frame", 50_000, [][]byte{data(0, maxPayload+1)}, map[string]int{"RANGE_DATA of no byte, or of over 16384": 1}},
		{"an empty frame", 5, [][]byte{data(0, 0)}, map[string]int{"RANGE_DATA of no byte, or of over 16384": 1}},
		{"unknown flags", 5, [][]byte{data(0x80, 1)}, map[string]int{"RANGE_DATA with unknown flags": 1}},
		{"data after the flag", 5, [][]byte{data(1, 1), data(0, 1)}, map[string]int{"RANGE_DATA after the last chunk": 1}},
		{"data after the end", 5, [][]byte{done, data(0, 1)}, map[string]int{"RANGE_DATA after RANGE_END": 1}},
		{"two ends", 5, [][]byte{done, done}, map[string]int{"a second RANGE_END": 1}},
		{"data nobody asked for", 5, [][]byte{EncodeFrame(TypeRangeData, 0, 9, []byte{1})}, map[string]int{"RANGE_DATA that was not asked for": 1}},
		{"a reserved field", 5, [][]byte{reserved}, map[string]int{"the reserved field is not 0": 1}},
		{"a browser's frame", 5, [][]byte{EncodeRangeReq(1, 0, 0)}, map[string]int{"a frame that only a browser sends": 1}},
		{"a new type", 5, [][]byte{EncodeFrame(0x09, 0, 0, nil)}, map[string]int{"malformed: unknown type": 1}},
		{"a pong", 5, [][]byte{EncodeFrame(TypePong, 0, 3, nil)}, map[string]int{"a PONG without a PING": 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := NewInbox()
			in.Take(hello(t, c.size), false)
			in.Expect(1, 0, 0, nil)
			for _, f := range c.frames {
				in.Take(f, false)
			}
			if got := in.Violations(); !maps.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestHelloComesFirstAndOnce(t *testing.T) {
	in := NewInbox()
	in.Take(EncodeFrame(TypePing, 0, 0, nil), false)
	extended := append(bytes.Clone(hello(t, 7)), "more"...)
	putHeader(extended, TypeHello, FlagSeekable, 0)
	in.Take(extended, false)
	in.Take(hello(t, 8), false)
	in.Take([]byte("text"), true)
	want := map[string]int{"a frame before HELLO": 1, "a second HELLO": 1, "a text message": 1}
	if got := in.Violations(); !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if h := <-in.hello; h.Size != 7 || h.Name != "f" || string(h.Extra) != "more" {
		t.Errorf("got %+v", h)
	}
}
