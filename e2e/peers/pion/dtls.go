package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/pion/dtls/v3"
	dtlselliptic "github.com/pion/dtls/v3/pkg/crypto/elliptic"
	"github.com/pion/dtls/v3/pkg/crypto/selfsign"
	dtlsnet "github.com/pion/dtls/v3/pkg/net"
)

// flightInterval is the time before pion repeats a flight, like our own.
const flightInterval = 100 * time.Millisecond

// rsaBits is the size of RSA keys that our side accepts.
const rsaBits = 2048

// DTLSOptions are the flags of the role "dtls".
type DTLSOptions struct {
	Connect     string // UDP address of the other side
	Role        string // client: begins the handshake
	Fingerprint string // of the other side's certificate
	Key         string // type of this side's key
	Suite       string // the only one, if it is not empty
	Group       string // the only one, if it is not empty
	MTU         int
	MaxRun      time.Duration
}

func dtlsFlags(set *flag.FlagSet) *DTLSOptions {
	o := &DTLSOptions{}
	set.StringVar(&o.Connect, "connect", "", "UDP `address` of the other side")
	set.StringVar(&o.Role, "role", "client", "`client` (begins the handshake) or server, which asks for a cookie")
	set.StringVar(&o.Fingerprint, "fingerprint", "", "SHA-256 of the other side's certificate, `AB:CD:…`")
	set.StringVar(&o.Key, "key-type", "ecdsa", "`ecdsa` or rsa: of this side's certificate")
	set.StringVar(&o.Suite, "suite", "", "the only cipher suite, by its registered `name`")
	set.StringVar(&o.Group, "group", "", "the only group, `X25519` or P-256")
	set.IntVar(&o.MTU, "mtu", 1200, "`bytes` of a datagram")
	set.DurationVar(&o.MaxRun, "max-run", defaultMaxRun, "end with an error after this time")
	return o
}

// RunDTLS opens a DTLS connection straight over UDP, and sends back what it receives. At "close" it closes the connection itself.
func RunDTLS(ctx context.Context, o DTLSOptions, lines *Lines) int {
	ctx, cancel := context.WithTimeout(ctx, o.MaxRun)
	defer cancel()
	if err := runDTLS(ctx, o, lines); err != nil {
		lines.Event("end", fields{"ok": false, "detail": err.Error()})
		return 1
	}
	lines.Event("end", fields{"ok": true})
	return 0
}

func runDTLS(ctx context.Context, o DTLSOptions, lines *Lines) error {
	udp, err := net.Dial("udp", o.Connect)
	if err != nil {
		return err
	}
	defer udp.Close()
	stopWaiting := context.AfterFunc(ctx, func() { _ = udp.Close() })
	defer stopWaiting()
	_ = udp.(*net.UDPConn).SetReadBuffer(defaultUDPBuffer) // as much as the kernel gives
	key, err := newKey(o.Key)
	if err != nil {
		return err
	}
	certificate, err := selfsign.SelfSign(key)
	if err != nil {
		return err
	}
	lines.Event("start", fields{"port": udp.LocalAddr().(*net.UDPAddr).Port, "fingerprint": fingerprint(certificate.Certificate[0])})

	conn, err := secure(udp, o, certificate)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	state, _ := conn.ConnectionState()
	lines.Event("open", fields{"suite": state.CipherSuiteID.String()})
	return echo(conn, lines)
}

func newKey(kind string) (crypto.PrivateKey, error) {
	if kind == "rsa" {
		return rsa.GenerateKey(rand.Reader, rsaBits)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// secure is the connection before its handshake.
func secure(udp net.Conn, o DTLSOptions, certificate tls.Certificate) (*dtls.Conn, error) {
	shared := []dtls.Option{
		dtls.WithCertificates(certificate),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithMTU(o.MTU),
		dtls.WithFlightInterval(flightInterval),
		dtls.WithInsecureSkipVerify(true), // the fingerprint counts
		// As in WebRTC. Without a profile pion refuses a client that offers some.
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM),
		dtls.WithVerifyPeerCertificate(func(chain [][]byte, _ [][]*x509.Certificate) error {
			if len(chain) == 0 || fingerprint(chain[0]) != strings.ToUpper(o.Fingerprint) {
				return errors.New("the other side's certificate has another fingerprint")
			}
			return nil
		}),
	}
	for _, suite := range dtls.CipherSuites() {
		if suite.Name == o.Suite {
			shared = append(shared, dtls.WithCipherSuites(dtls.CipherSuiteID(suite.ID)))
		}
	}
	if group, ok := groups[o.Group]; ok {
		shared = append(shared, dtls.WithEllipticCurves(group))
	}
	packets, remote := dtlsnet.PacketConnFromConn(udp), udp.RemoteAddr()
	if o.Role == "server" {
		options := []dtls.ServerOption{dtls.WithClientAuth(dtls.RequireAnyClientCert)}
		for _, option := range shared {
			options = append(options, option)
		}
		return dtls.ServerWithOptions(packets, remote, options...)
	}
	var options []dtls.ClientOption
	for _, option := range shared {
		options = append(options, option)
	}
	return dtls.ClientWithOptions(packets, remote, options...)
}

var groups = map[string]dtlselliptic.Curve{"X25519": dtlselliptic.X25519, "P-256": dtlselliptic.P256}

func fingerprint(certificate []byte) string {
	sum := sha256.Sum256(certificate)
	return strings.ToUpper(strings.ReplaceAll(fmt.Sprintf("% x", sum[:]), " ", ":"))
}

// echo sends every message back, until either side closes the connection.
func echo(conn *dtls.Conn, lines *Lines) error {
	buffer := make([]byte, 1<<16)
	messages := 0
	for {
		n, err := conn.Read(buffer)
		if errors.Is(err, io.EOF) {
			lines.Event("closed", fields{"messages": messages})
			return nil
		}
		if err != nil {
			return err
		}
		if string(buffer[:n]) == "close" {
			return conn.Close()
		}
		messages++
		if _, err := conn.Write(buffer[:n]); err != nil {
			return err
		}
	}
}
