package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

const (
	tunPath = "/dev/net/tun"
	tunName = "tcp0"

	// mtu leaves room for the headers around a packet, as a tunnel over Ethernet does.
	mtu       = 1400
	prefixLen = 30

	// queuePackets is the length of the device's queue. It must hold what the kernel sends at once, at most a whole congestion window:
	// 100 Mbit/s for 200 ms plus a queue of 4 MiB are 4,900 packets. If it overflows, the path is not the only cause of loss.
	queuePackets = 10_000
)

// tun is a TUN device (Documentation/networking/tuntap.rst): what the kernel sends through it can be read as IP packets, and the other
// way round. It has no vnet header, and therefore no segmentation offload: each packet that it returns fits in the MTU.
type tun struct {
	file *os.File
	// stats is the table of the namespace's devices.
	stats *os.File
}

// openTun creates the device in the namespace of the calling thread, and gives it an address.
func openTun(address netip.Addr) (*tun, error) {
	fd, err := syscall.Open(tunPath, syscall.O_RDWR|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("%s can't be opened: %w", tunPath, err)
	}
	request := newRequest()
	request.setShort(syscall.IFF_TUN | syscall.IFF_NO_PI)
	if err := request.call(fd, syscall.TUNSETIFF); err != nil {
		_ = syscall.Close(fd)
		return nil, fmt.Errorf("no TUN device can be created: %w", err)
	}
	device := &tun{file: os.NewFile(uintptr(fd), tunPath)}
	if err := configure(address); err != nil {
		return nil, errors.Join(err, device.file.Close())
	}
	// The table is that of the namespace of the thread that opens it.
	if device.stats, err = os.Open("/proc/thread-self/net/dev"); err != nil {
		return nil, errors.Join(err, device.file.Close())
	}
	return device, nil
}

// configure sets address, MTU and queue of the device, and enables it (netdevice(7)).
func configure(address netip.Addr) error {
	control, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(control)
	mask := netip.AddrFrom4([4]byte{255, 255, 255, 256 - 1<<(32-prefixLen)})
	for _, step := range []struct {
		name    string
		command uintptr
		set     func(*interfaceRequest)
	}{
		{"address", syscall.SIOCSIFADDR, func(r *interfaceRequest) { r.setAddress(address) }},
		{"mask", syscall.SIOCSIFNETMASK, func(r *interfaceRequest) { r.setAddress(mask) }},
		{"MTU", syscall.SIOCSIFMTU, func(r *interfaceRequest) { r.setInt(mtu) }},
		{"queue", syscall.SIOCSIFTXQLEN, func(r *interfaceRequest) { r.setInt(queuePackets) }},
		{"state", syscall.SIOCSIFFLAGS, func(r *interfaceRequest) { r.setShort(syscall.IFF_UP) }},
	} {
		request := newRequest()
		step.set(request)
		if err := request.call(control, step.command); err != nil {
			return fmt.Errorf("the %s of a TUN device can't be set: %w", step.name, err)
		}
	}
	return nil
}

// droppedPackets reads how many packets the device's queue has dropped.
func (t *tun) droppedPackets() (int, error) {
	table := make([]byte, 1<<16)
	n, err := t.stats.ReadAt(table, 0)
	if n == 0 {
		return 0, err
	}
	return parseSendDrops(string(table[:n]), tunName)
}

// parseSendDrops reads the column "drop" of "Transmit" in the format of /proc/net/dev.
func parseSendDrops(table, device string) (int, error) {
	const sendDrops = 11 // after 8 columns of "Receive": bytes, packets, errs, drop
	for line := range strings.Lines(table) {
		name, columns, _ := strings.Cut(strings.TrimSpace(line), ":")
		if fields := strings.Fields(columns); name == device && len(fields) > sendDrops {
			return strconv.Atoi(fields[sendDrops])
		}
	}
	return 0, fmt.Errorf("no device %s", device)
}

const (
	nameBytes = 16 // IFNAMSIZ
	// requestBytes is the size of struct ifreq on 64-bit machines, and more than it is on others.
	requestBytes = 40
)

// interfaceRequest is a struct ifreq: a name, and a value whose type depends on the ioctl.
type interfaceRequest [requestBytes]byte

func newRequest() *interfaceRequest {
	r := &interfaceRequest{}
	copy(r[:nameBytes-1], tunName)
	return r
}

func (r *interfaceRequest) setShort(value uint16) {
	binary.NativeEndian.PutUint16(r[nameBytes:], value)
}

func (r *interfaceRequest) setInt(value uint32) {
	binary.NativeEndian.PutUint32(r[nameBytes:], value)
}

// setAddress writes a struct sockaddr_in without a port.
func (r *interfaceRequest) setAddress(address netip.Addr) {
	r.setShort(syscall.AF_INET)
	const addressOffset = nameBytes + 4 // after family and port
	octets := address.As4()
	copy(r[addressOffset:], octets[:])
}

func (r *interfaceRequest) call(fd int, command uintptr) error {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), command, uintptr(unsafe.Pointer(r)))
	if errno != 0 {
		return errno
	}
	return nil
}
