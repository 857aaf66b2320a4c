package main

import "testing"

const deviceTable = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:       0       0    0    1    0     0          0         0        0       0    0    2    0     0       0          0
  tcp0:    1400       3    0    4    0     0          0         0     2800       5    0   37    0     0       0          0
`

func TestReadsWhatADeviceDroppedWhileSending(t *testing.T) {
	dropped, err := parseSendDrops(deviceTable, "tcp0")
	if err != nil || dropped != 37 {
		t.Errorf("%d, %v instead of 37", dropped, err)
	}
}

func TestRefusesATableWithoutTheDevice(t *testing.T) {
	for _, table := range []string{"", "  tcp0: 1 2 3\n", deviceTable} {
		if _, err := parseSendDrops(table, "tcp1"); err == nil {
			t.Errorf("no error for %q", table)
		}
	}
}
