/*
 * An SCTP association of usrsctp straight over UDP, without DTLS: a peer for interoperation tests. Its flags, what it does and what it prints
 * are those of the role "sctp" of the pion peer (../pion/association.go).
 *
 * As in WebRTC programs, usrsctp sees no network: packets go in with usrsctp_conninput(), and come out at a callback (AF_CONN). One thread
 * runs everything; usrsctp's timers are run from the loop.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <usrsctp.h>

#include "sha256.h"

#define SCTP_PORT 5000
/* Carries all messages, in both directions. */
#define DATA_STREAM 1
/* Carries one message of the other side: how this side ends the association, "shutdown" or "abort". */
#define ENDING_STREAM 2
#define STREAMS 16
/* The payload protocol of binary messages (RFC 8831, 8). */
#define BINARY 53
#define MESSAGE_BYTES (16 << 10)
/* Largest packet, bytes, with an IP and a UDP header that usrsctp does not count here: what Firefox uses. */
#define PATH_MTU 1200
#define SCTP_BUFFER_BYTES (1 << 20)
#define UDP_BUFFER_BYTES (4 << 20)
#define MAX_PACKET_BYTES 65536
/* How often usrsctp's timers run, ms: its own thread uses the same. */
#define TICK_MS 10
/* Datagrams that are read before anything is sent: the other side gets its answers meanwhile. */
#define MAX_BATCH 64
#define DEFAULT_MAX_RUN_S 600

enum { EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct options {
	const char *connect; /* HOST:PORT */
	bool server;
	long long send; /* bytes */
	uint64_t seed;
	int max_run_s;
};

struct peer {
	int udp;
	struct socket *listener; /* of a server, until it has accepted */
	struct socket *socket;
	bool open;
	/* Sending. */
	long long left; /* bytes that are not in a message yet */
	long long total;
	uint64_t noise;
	uint8_t message[MESSAGE_BYTES];
	size_t message_bytes; /* of a message that could not be sent yet; 0: none */
	struct sha256 sent_hash;
	bool sent;
	/* Receiving. */
	long long received_bytes;
	long long received_messages;
	struct sha256 received_hash;
	bool received;
	char ending[16];
	bool ends; /* this side has begun to end it */
	bool ended;
};

/* Prints the last line, and exits. */
static _Noreturn void end(const char *format, ...)
{
	char detail[256];
	va_list args;
	va_start(args, format);
	vsnprintf(detail, sizeof detail, format, args);
	va_end(args);
	if (*detail == 0)
		printf("{\"event\":\"end\",\"ok\":true}\n");
	else
		printf("{\"event\":\"end\",\"ok\":false,\"detail\":\"%s\"}\n", detail);
	fflush(stdout);
	exit(*detail == 0 ? EXIT_SUCCESS : EXIT_FAILED);
}

static void must(bool ok, const char *what)
{
	if (!ok)
		end("%s: %s", what, strerror(errno));
}

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINPROGRESS;
}

/* usrsctp has a packet to send. A full socket loses it, as a network may. */
static int send_packet(void *address, void *packet, size_t length, uint8_t tos, uint8_t set_df)
{
	(void)tos, (void)set_df;
	struct peer *peer = address;
	(void)!send(peer->udp, packet, length, 0);
	return 0;
}

static void set(struct socket *socket, int option, const void *value, socklen_t length)
{
	must(usrsctp_setsockopt(socket, IPPROTO_SCTP, option, value, length) == 0, "a socket option");
}

static struct socket *create_socket(void)
{
	struct socket *socket = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);
	must(socket != NULL, "usrsctp_socket");
	must(usrsctp_set_non_blocking(socket, 1) == 0, "non-blocking");
	int bytes = SCTP_BUFFER_BYTES;
	must(usrsctp_setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) == 0, "SO_SNDBUF");
	must(usrsctp_setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) == 0, "SO_RCVBUF");
	struct sctp_initmsg streams = { .sinit_num_ostreams = STREAMS, .sinit_max_instreams = STREAMS };
	set(socket, SCTP_INITMSG, &streams, sizeof streams);
	int on = 1;
	set(socket, SCTP_NODELAY, &on, sizeof on);
	set(socket, SCTP_RECVRCVINFO, &on, sizeof on);
	struct sctp_assoc_value resets = { .assoc_id = SCTP_ALL_ASSOC, .assoc_value = SCTP_ENABLE_RESET_STREAM_REQ };
	set(socket, SCTP_ENABLE_STREAM_RESET, &resets, sizeof resets);
	struct sctp_paddrparams path = { .spp_pathmtu = PATH_MTU, .spp_flags = SPP_PMTUD_DISABLE };
	set(socket, SCTP_PEER_ADDR_PARAMS, &path, sizeof path);
	static const uint16_t events[] = { SCTP_ASSOC_CHANGE, SCTP_STREAM_RESET_EVENT };
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		struct sctp_event event = { .se_assoc_id = SCTP_ALL_ASSOC, .se_type = events[i], .se_on = 1 };
		set(socket, SCTP_EVENT, &event, sizeof event);
	}
	return socket;
}

/* Begins the handshake, or waits for the other side's. */
static void associate(struct peer *peer, bool server)
{
	struct sockaddr_conn address = { .sconn_family = AF_CONN, .sconn_port = htons(SCTP_PORT), .sconn_addr = peer };
	struct socket *socket = create_socket();
	must(usrsctp_bind(socket, (struct sockaddr *)&address, sizeof address) == 0, "usrsctp_bind");
	if (server) {
		must(usrsctp_listen(socket, 1) == 0, "usrsctp_listen");
		peer->listener = socket;
		return;
	}
	peer->socket = socket;
	must(usrsctp_connect(socket, (struct sockaddr *)&address, sizeof address) == 0 || would_block(), "usrsctp_connect");
}

static void on_open(struct peer *peer)
{
	peer->open = true;
	printf("{\"event\":\"open\"}\n");
}

static void accept_one(struct peer *peer)
{
	struct sockaddr_conn address;
	socklen_t length = sizeof address;
	peer->socket = usrsctp_accept(peer->listener, (struct sockaddr *)&address, &length);
	if (peer->socket == NULL) {
		must(would_block(), "usrsctp_accept");
		return;
	}
	must(usrsctp_set_non_blocking(peer->socket, 1) == 0, "non-blocking");
	on_open(peer);
}

static void on_peer_reset(struct peer *peer, const struct sctp_stream_reset_event *event)
{
	if (!(event->strreset_flags & SCTP_STREAM_RESET_INCOMING_SSN))
		return;
	size_t streams = (event->strreset_length - sizeof *event) / sizeof(uint16_t);
	for (size_t i = 0; i < streams; i++) {
		if (event->strreset_stream_list[i] != DATA_STREAM || peer->received)
			continue;
		char hex[SHA256_HEX_BYTES];
		sha256_end(&peer->received_hash, hex);
		peer->received = true;
		printf("{\"event\":\"received\",\"bytes\":%lld,\"messages\":%lld,\"sha256\":\"%s\"}\n", peer->received_bytes,
		       peer->received_messages, hex);
	}
}

static void on_notification(struct peer *peer, const union sctp_notification *notification)
{
	switch (notification->sn_header.sn_type) {
	case SCTP_STREAM_RESET_EVENT:
		on_peer_reset(peer, &notification->sn_strreset_event);
		break;
	case SCTP_ASSOC_CHANGE:
		if (notification->sn_assoc_change.sac_state == SCTP_COMM_UP && !peer->open)
			on_open(peer);
		else if (notification->sn_assoc_change.sac_state != SCTP_COMM_UP)
			peer->ended = true;
		break;
	}
}

static void on_data(struct peer *peer, int stream, const uint8_t *bytes, size_t length, bool last)
{
	if (stream == ENDING_STREAM) {
		snprintf(peer->ending, sizeof peer->ending, "%.*s", (int)length, (const char *)bytes);
		return;
	}
	sha256_add(&peer->received_hash, bytes, length);
	peer->received_bytes += (long long)length;
	peer->received_messages += last;
}

static void receive_all(struct peer *peer)
{
	static uint8_t buffer[4 * MESSAGE_BYTES];
	while (!peer->ended) {
		struct sockaddr_conn from;
		struct sctp_rcvinfo info = { 0 };
		socklen_t from_length = sizeof from, info_length = sizeof info;
		unsigned int info_type = 0;
		int flags = 0;
		ssize_t length = usrsctp_recvv(peer->socket, buffer, sizeof buffer, (struct sockaddr *)&from, &from_length, &info, &info_length,
					       &info_type, &flags);
		if (length < 0 && would_block())
			return;
		if (length <= 0)
			peer->ended = true; /* The other side has ended it. */
		else if (flags & MSG_NOTIFICATION)
			on_notification(peer, (const union sctp_notification *)buffer);
		else
			on_data(peer, info.rcv_sid, buffer, (size_t)length, (flags & MSG_EOR) != 0);
	}
}

static void create_message(struct peer *peer)
{
	peer->message_bytes = peer->left < MESSAGE_BYTES ? (size_t)peer->left : MESSAGE_BYTES;
	for (size_t i = 0; i < peer->message_bytes; i += sizeof peer->noise) {
		/* xorshift64 (Marsaglia, 2003) */
		peer->noise ^= peer->noise << 13;
		peer->noise ^= peer->noise >> 7;
		peer->noise ^= peer->noise << 17;
		memcpy(peer->message + i, &peer->noise, sizeof peer->noise);
	}
	peer->left -= (long long)peer->message_bytes;
	sha256_add(&peer->sent_hash, peer->message, peer->message_bytes);
}

/* Resets the stream; usrsctp waits until all of it was sent. */
static void finish_sending(struct peer *peer)
{
	char hex[SHA256_HEX_BYTES];
	sha256_end(&peer->sent_hash, hex);
	peer->sent = true;
	printf("{\"event\":\"sent\",\"bytes\":%lld,\"sha256\":\"%s\"}\n", peer->total, hex);
	union {
		struct sctp_reset_streams request;
		uint8_t bytes[sizeof(struct sctp_reset_streams) + sizeof(uint16_t)];
	} reset = { .request = { .srs_flags = SCTP_STREAM_RESET_OUTGOING, .srs_number_streams = 1 } };
	reset.request.srs_stream_list[0] = DATA_STREAM;
	set(peer->socket, SCTP_RESET_STREAMS, &reset, sizeof reset.bytes);
}

static void send_all(struct peer *peer)
{
	while (!peer->ended && !peer->sent) {
		if (peer->message_bytes == 0 && peer->left == 0) {
			finish_sending(peer);
			return;
		}
		if (peer->message_bytes == 0)
			create_message(peer);
		struct sctp_sndinfo info = { .snd_sid = DATA_STREAM, .snd_ppid = htonl(BINARY) };
		ssize_t length = usrsctp_sendv(peer->socket, peer->message, peer->message_bytes, NULL, 0, &info, sizeof info,
					       SCTP_SENDV_SNDINFO, 0);
		if (length < 0 && would_block())
			return;
		must(length == (ssize_t)peer->message_bytes, "usrsctp_sendv");
		peer->message_bytes = 0;
	}
}

/* Ends the association as the other side has said. */
static void begin_ending(struct peer *peer)
{
	peer->ends = true;
	if (strcmp(peer->ending, "abort") == 0) {
		static const char why[] = "enough";
		struct sctp_sndinfo info = { .snd_flags = SCTP_ABORT };
		must(usrsctp_sendv(peer->socket, why, strlen(why), NULL, 0, &info, sizeof info, SCTP_SENDV_SNDINFO, 0) >= 0, "abort");
		peer->ended = true;
		return;
	}
	must(usrsctp_shutdown(peer->socket, SHUT_WR) == 0, "usrsctp_shutdown");
}

/* Gives usrsctp the packets that have arrived, after at most TICK_MS. */
static void read_packets(struct peer *peer)
{
	static uint8_t packet[MAX_PACKET_BYTES];
	struct pollfd readable = { .fd = peer->udp, .events = POLLIN };
	poll(&readable, 1, TICK_MS);
	for (int i = 0; i < MAX_BATCH; i++) {
		ssize_t length = recv(peer->udp, packet, sizeof packet, MSG_DONTWAIT);
		if (length < 0)
			return;
		usrsctp_conninput(peer, packet, (size_t)length, 0);
	}
}

static void run(struct peer *peer, int max_run_s)
{
	uint64_t began = now_ms();
	uint64_t ticked = began;
	while (!peer->ended) {
		read_packets(peer);
		uint64_t now = now_ms();
		if (now - ticked >= TICK_MS) {
			usrsctp_handle_timers((uint32_t)(now - ticked));
			ticked = now;
		}
		if (now - began > (uint64_t)max_run_s * 1000)
			end("not done within %d s", max_run_s);
		if (peer->socket == NULL)
			accept_one(peer);
		if (peer->socket == NULL)
			continue;
		receive_all(peer);
		if (peer->open)
			send_all(peer);
		if (peer->sent && peer->received && *peer->ending != 0 && !peer->ends && !peer->ended)
			begin_ending(peer);
	}
	if (!peer->sent || !peer->received)
		end("the association has ended early");
}

static int connect_udp(const char *address)
{
	char host[256];
	const char *colon = strrchr(address, ':');
	if (colon == NULL)
		end("--connect takes HOST:PORT");
	snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *found;
	if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
		end("there is no address %s", address);
	int udp = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
	must(udp >= 0 && connect(udp, found->ai_addr, found->ai_addrlen) == 0, "connect");
	freeaddrinfo(found);
	int bytes = UDP_BUFFER_BYTES; /* as much as the kernel gives */
	setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
	setsockopt(udp, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
	struct sockaddr_storage own;
	socklen_t length = sizeof own;
	must(getsockname(udp, (struct sockaddr *)&own, &length) == 0, "getsockname");
	/* The port is at the same place for IPv4 and IPv6. */
	printf("{\"event\":\"start\",\"port\":%d}\n", ntohs(((struct sockaddr_in *)&own)->sin_port));
	return udp;
}

static void parse(int count, char **args, struct options *options)
{
	for (int i = 1; i < count; i++) {
		const char *name = args[i];
		const char *value = i + 1 < count ? args[++i] : NULL;
		if (value == NULL)
			goto usage;
		else if (strcmp(name, "--connect") == 0)
			options->connect = value;
		else if (strcmp(name, "--role") == 0)
			options->server = strcmp(value, "server") == 0;
		else if (strcmp(name, "--send") == 0)
			options->send = atoll(value);
		else if (strcmp(name, "--seed") == 0)
			options->seed = strtoull(value, NULL, 10);
		else if (strcmp(name, "--max-run") == 0)
			options->max_run_s = atoi(value);
		else
			goto usage;
	}
	if (options->connect != NULL && options->send >= 0 && options->max_run_s > 0)
		return;
usage:
	fprintf(stderr, "usage: peer --connect HOST:PORT [--role client|server] [--send BYTES] [--seed N] [--max-run SECONDS]\n");
	exit(EXIT_USAGE);
}

int main(int count, char **args)
{
	struct options options = { .seed = 1, .max_run_s = DEFAULT_MAX_RUN_S };
	parse(count, args, &options);
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	/* The noise must not be 0: it would stay so. */
	struct peer peer = { .left = options.send, .total = options.send, .noise = options.seed * 2 + 1 };
	sha256_begin(&peer.sent_hash);
	sha256_begin(&peer.received_hash);
	peer.udp = connect_udp(options.connect);
	usrsctp_init_nothreads(0, send_packet, NULL);
	usrsctp_sysctl_set_sctp_ecn_enable(0);
	usrsctp_register_address(&peer);
	associate(&peer, options.server);
	run(&peer, options.max_run_s);
	end("%s", "");
}
