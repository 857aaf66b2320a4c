package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

// NetOptions say which addresses ICE uses.
type NetOptions struct {
	Bind       string // comma-separated host addresses, or "any"
	NoMDNS     bool   // discard remote .local candidates instead of asking the local network
	ICEServers string // comma-separated stun: URLs, empty for none
	UDPBuffer  int    // bytes requested for each socket; 0: the system's default
}

const bindAny = "any"

// newPeerConnection creates a connection whose host candidates have only the given addresses.
func newPeerConnection(o NetOptions) (*webrtc.PeerConnection, error) {
	engine := webrtc.SettingEngine{}
	if o.NoMDNS {
		engine.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	}
	engine.DisableActiveTCP(true)
	if o.Bind != bindAny {
		if err := bindTo(&engine, o.Bind); err != nil {
			return nil, err
		}
	}
	if o.UDPBuffer > 0 {
		network, err := newBufferedNet(o.UDPBuffer)
		if err != nil {
			return nil, err
		}
		engine.SetNet(network)
	}
	config := webrtc.Configuration{}
	if o.ICEServers != "" {
		config.ICEServers = []webrtc.ICEServer{{URLs: strings.Split(o.ICEServers, ",")}}
	}
	return webrtc.NewAPI(webrtc.WithSettingEngine(engine)).NewPeerConnection(config)
}

func bindTo(engine *webrtc.SettingEngine, list string) error {
	allowed := map[string]bool{}
	families := map[webrtc.NetworkType]bool{}
	for text := range strings.SplitSeq(list, ",") {
		ip := net.ParseIP(strings.TrimSpace(text))
		if ip == nil {
			return fmt.Errorf("--bind: %q is not an IP address", text)
		}
		allowed[ip.String()] = true
		if ip.To4() != nil {
			families[webrtc.NetworkTypeUDP4] = true
		} else {
			families[webrtc.NetworkTypeUDP6] = true
		}
		if ip.IsLoopback() {
			engine.SetIncludeLoopbackCandidate(true)
		}
	}
	types := make([]webrtc.NetworkType, 0, len(families))
	for family := range families {
		types = append(types, family)
	}
	engine.SetNetworkTypes(types)
	engine.SetIPFilter(func(ip net.IP) bool { return allowed[ip.String()] })
	return nil
}

// decodeDescription reads an offer's or answer's payload, and refuses one of the other type.
func decodeDescription(payload, wantType string) (webrtc.SessionDescription, error) {
	var d webrtc.SessionDescription
	if err := json.Unmarshal([]byte(payload), &d); err != nil {
		return d, err
	}
	if d.Type.String() != wantType {
		return d, fmt.Errorf("the payload's type is %q", d.Type)
	}
	if d.SDP == "" {
		return d, errors.New("the payload has no sdp")
	}
	return d, nil
}

func decodeCandidate(payload string) (webrtc.ICECandidateInit, error) {
	var c webrtc.ICECandidateInit
	err := json.Unmarshal([]byte(payload), &c)
	return c, err
}

// closeTimeout limits pion's close, which waits for its own goroutines.
const closeTimeout = 5 * time.Second

func closePeerConnection(pc *webrtc.PeerConnection) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = pc.Close()
	}()
	select {
	case <-done:
	case <-time.After(closeTimeout):
	}
}
