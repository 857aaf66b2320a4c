//! One connection that takes commands.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, ChannelId};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc};

use crate::channel::{CountedChannel, HIGH_WATER_MARK};

/// Asked of the kernel for each direction of the socket.
const SOCKET_BUFFER_BYTES: usize = 4 << 20;
/// Of all channels together: room for a message of the largest size above a full channel.
const MAX_BUFFERED_BYTES: usize = 2 * HIGH_WATER_MARK;
const MAX_DATAGRAM_BYTES: usize = 2048;
/// Shortest time-out that the socket takes.
const MIN_WAIT: Duration = Duration::from_micros(1);

type Failure = Box<dyn Error>;

pub struct Peer {
    rtc: Rtc,
    socket: UdpSocket,
    address: SocketAddr,
    pending: Option<SdpPendingOffer>,
    /// Of RTCPeerConnection.connectionState.
    state: &'static str,
    channels: BTreeMap<String, CountedChannel>,
    buffer: Vec<u8>,
}

impl Peer {
    /// Creates a connection with one host candidate on loopback.
    pub fn new() -> Result<Self, Failure> {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
        socket.set_recv_buffer_size(SOCKET_BUFFER_BYTES)?;
        socket.set_send_buffer_size(SOCKET_BUFFER_BYTES)?;
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
        let socket = UdpSocket::from(socket);
        let address = socket.local_addr()?;
        let mut rtc = Rtc::builder().set_sctp_max_buffered_amount(MAX_BUFFERED_BYTES).build(Instant::now());
        rtc.add_local_candidate(Candidate::host(address, "udp")?);
        Ok(Self {
            rtc,
            socket,
            address,
            pending: None,
            state: "new",
            channels: BTreeMap::new(),
            buffer: vec![0; MAX_DATAGRAM_BYTES],
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends all that can be sent now, then waits for a datagram or the next time-out.
    pub fn step(&mut self) -> Result<(), Failure> {
        let deadline = self.send_all()?;
        let wait = deadline.saturating_duration_since(Instant::now());
        if wait.is_zero() {
            return Ok(self.rtc.handle_input(Input::Timeout(Instant::now()))?);
        }
        self.socket.set_read_timeout(Some(wait.max(MIN_WAIT)))?;
        let (size, source) = match self.socket.recv_from(&mut self.buffer) {
            Ok(received) => received,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Ok(self.rtc.handle_input(Input::Timeout(Instant::now()))?);
            }
            Err(error) => return Err(error.into()),
        };
        // An empty datagram says that a command waits.
        if let Ok(datagram) = Receive::new(Protocol::Udp, source, self.address, &self.buffer[..size]) {
            self.rtc.handle_input(Input::Receive(Instant::now(), datagram))?;
        }
        Ok(())
    }

    /// The connection must be polled after each message that was written.
    fn send_all(&mut self) -> Result<Instant, Failure> {
        loop {
            let deadline = self.poll()?;
            let mut wrote = false;
            for channel in self.channels.values_mut() {
                if channel.send_next(&mut self.rtc)? {
                    wrote = true;
                    break;
                }
            }
            if !wrote {
                return Ok(deadline);
            }
        }
    }

    /// Carries out what the connection says. Returns when it wants to be called again.
    fn poll(&mut self) -> Result<Instant, Failure> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(deadline) => return Ok(deadline),
                // A datagram that the kernel refuses is one that was lost.
                Output::Transmit(datagram) => drop(self.socket.send_to(&datagram.contents, datagram.destination)),
                Output::Event(event) => self.on_event(event),
            }
        }
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Connected => self.state = "connected",
            Event::IceConnectionStateChange(IceConnectionState::Checking) if self.state == "new" => self.state = "connecting",
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => self.state = "disconnected",
            Event::IceConnectionStateChange(IceConnectionState::Connected | IceConnectionState::Completed) if self.state == "disconnected" => {
                self.state = "connected";
            }
            Event::Closed => self.closed(),
            Event::ChannelOpen(id, label) => {
                let channel = self.channels.entry(label).or_insert_with(|| CountedChannel::new(id, "open"));
                channel.state = "open";
            }
            Event::ChannelClose(id) => self.channel(id, CountedChannel::close),
            Event::ChannelData(data) => self.channel(data.id, |channel| {
                if data.binary {
                    channel.received.add(&data.data);
                } else {
                    channel.texts.push(String::from_utf8_lossy(&data.data).into_owned());
                }
            }),
            _ => {}
        }
    }

    fn channel(&mut self, id: ChannelId, act: impl FnOnce(&mut CountedChannel)) {
        if let Some(channel) = self.channels.values_mut().find(|channel| channel.id == id) {
            act(channel);
        }
    }

    fn closed(&mut self) {
        self.state = "closed";
        self.channels.values_mut().for_each(CountedChannel::close);
    }

    /// Ends the connection after a failure. Commands are still answered.
    pub fn fail(&mut self) {
        self.rtc.disconnect();
        self.closed();
        self.state = "failed";
    }

    pub fn command(&mut self, name: &str, args: &[&str]) -> Result<Value, Failure> {
        let [first, second, third] = args else {
            return Err("three arguments are wanted".into());
        };
        let result = match name {
            "offer" => json!(self.offer(first)?),
            "answer" => json!(self.rtc.sdp_api().accept_offer(SdpOffer::from_sdp_string(first)?)?.to_sdp_string()),
            "accept" => {
                let pending = self.pending.take().ok_or("there is no offer to be answered")?;
                self.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(first)?)?;
                Value::Null
            }
            "open" => {
                let config = ChannelConfig {
                    label: (*first).into(),
                    ..ChannelConfig::default()
                };
                let id = self.rtc.direct_api().create_data_channel(config);
                self.channels.insert((*first).into(), CountedChannel::new(id, "connecting"));
                Value::Null
            }
            "status" => {
                let states = self.channels.iter().map(|(label, channel)| (label.clone(), json!(channel.state)));
                json!({ "connection": self.state, "channels": Value::Object(states.collect()) })
            }
            "close" => {
                self.rtc.close()?;
                self.poll()?;
                self.closed();
                Value::Null
            }
            _ => self.channel_command(name, first, second, third)?,
        };
        self.poll()?;
        Ok(result)
    }

    fn channel_command(&mut self, name: &str, label: &str, second: &str, third: &str) -> Result<Value, Failure> {
        let channel = self.channels.get_mut(label).ok_or_else(|| format!("no channel {label} for {name}"))?;
        match name {
            "tally" => return Ok(channel.tally()),
            "text" => channel.send_text(&mut self.rtc, second)?,
            "send" if second == "0" => channel.send_empty(&mut self.rtc)?,
            "send" => channel.begin_to_send(second.parse()?, third.parse()?),
            "closeChannel" => {
                channel.state = "closing";
                self.rtc.direct_api().close_data_channel(channel.id);
            }
            _ => return Err(format!("no command {name}").into()),
        }
        Ok(Value::Null)
    }

    fn offer(&mut self, label: &str) -> Result<String, Failure> {
        let mut changes = self.rtc.sdp_api();
        let id = changes.add_channel(label.into());
        let (offer, pending) = changes.apply().ok_or("there is nothing to offer")?;
        self.pending = Some(pending);
        self.channels.insert(label.into(), CountedChannel::new(id, "connecting"));
        Ok(offer.to_sdp_string())
    }
}
