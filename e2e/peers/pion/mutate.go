package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// mutator creates nearly valid frames: valid ones with some bytes changed, cut or added.
// The same seed gives the same frames.
type mutator struct{ random *rand.Rand }

func newMutator(seed uint64) *mutator {
	return &mutator{random: rand.New(rand.NewPCG(seed, 0x6d757461746f72))}
}

// maxAddedBytes limits the bandwidth of a flood, which is about the number of frames.
const maxAddedBytes = 64

func (m *mutator) next() []byte {
	b := m.goodFrame()
	switch m.random.IntN(4) {
	case 0: // change some bytes
		for range 1 + m.random.IntN(4) {
			b[m.random.IntN(len(b))] = byte(m.random.Uint32())
		}
	case 1: // cut
		b = b[:m.random.IntN(len(b))]
	case 2: // add
		for range 1 + m.random.IntN(maxAddedBytes) {
			b = append(b, byte(m.random.Uint32()))
		}
	default: // another length field
		binary.BigEndian.PutUint32(b[8:], m.random.Uint32()>>m.random.IntN(32))
	}
	return harmless(b)
}

func (m *mutator) goodFrame() []byte {
	id := m.random.Uint32()
	switch t := FrameType(m.random.IntN(9)); t {
	case TypeHello:
		return EncodeFrame(t, FlagSeekable, 0, make([]byte, helloFixedBytes))
	case TypeRangeReq:
		return EncodeRangeReq(id, m.random.Uint64(), m.random.Uint64())
	case TypeRangeData:
		return EncodeFrame(t, FlagLastChunk, id, make([]byte, 1+m.random.IntN(maxAddedBytes)))
	case TypeRangeEnd:
		return EncodeRangeEnd(id, StatusDone)
	case TypeSeekHint:
		return EncodeSeekHint(m.random.Uint64())
	default:
		return EncodeFrame(t, 0, id, nil)
	}
}

// harmless moves a range that is still valid past every end, so that a flood requests no file bytes.
func harmless(b []byte) []byte {
	if f, err := DecodeFrame(b); err == nil && f.Type == TypeRangeReq {
		binary.BigEndian.PutUint64(f.Payload, math.MaxUint64)
	}
	return b
}
