//! One data channel, what passed through it, and what it still has to send.

use serde_json::{Value, json};
use str0m::channel::ChannelId;
use str0m::{Rtc, RtcError};

use crate::counter::Counter;

/// Bytes that may wait unacknowledged in one channel: sending pauses there.
pub const HIGH_WATER_MARK: usize = 4 << 20;

pub struct CountedChannel {
    pub id: ChannelId,
    /// Of RTCDataChannel.readyState.
    pub state: &'static str,
    pub received: Counter,
    pub texts: Vec<String>,
    sent: Counter,
    message: Vec<u8>,
    left: usize,
    random: u64,
}

impl CountedChannel {
    pub fn new(id: ChannelId, state: &'static str) -> Self {
        Self {
            id,
            state,
            received: Counter::default(),
            texts: Vec::new(),
            sent: Counter::default(),
            message: Vec::new(),
            left: 0,
            random: 0x9e37_79b9_7f4a_7c15,
        }
    }

    pub fn tally(&self) -> Value {
        json!({
            "sent": self.sent.count(),
            "received": self.received.count(),
            "texts": self.texts,
            "sending": self.left > 0,
        })
    }

    pub fn send_text(&self, rtc: &mut Rtc, text: &str) -> Result<(), String> {
        let mut channel = rtc.channel(self.id).ok_or("the channel is not open")?;
        match channel.write(false, text.as_bytes()) {
            Ok(true) => Ok(()),
            Ok(false) => Err("the buffer is full".into()),
            Err(error) => Err(error.to_string()),
        }
    }

    pub fn send_empty(&mut self, rtc: &mut Rtc) -> Result<(), String> {
        let mut channel = rtc.channel(self.id).ok_or("the channel is not open")?;
        channel.write(true, &[]).map_err(|error| error.to_string())?;
        self.sent.add(&[]);
        Ok(())
    }

    pub fn begin_to_send(&mut self, bytes: usize, message_bytes: usize) {
        self.left = bytes;
        self.message = vec![0; message_bytes];
    }

    /// Writes the next message, if there is one and room for it. Returns whether it wrote: the connection must be polled then.
    pub fn send_next(&mut self, rtc: &mut Rtc) -> Result<bool, RtcError> {
        if self.left == 0 {
            return Ok(false);
        }
        let Some(mut channel) = rtc.channel(self.id) else {
            return Ok(false);
        };
        if channel.buffered_amount() > HIGH_WATER_MARK {
            return Ok(false);
        }
        let size = self.left.min(self.message.len());
        fill(&mut self.message[..size], &mut self.random);
        if !channel.write(true, &self.message[..size])? {
            return Ok(false);
        }
        self.sent.add(&self.message[..size]);
        self.left -= size;
        Ok(true)
    }

    pub fn close(&mut self) {
        self.state = "closed";
        self.left = 0;
    }
}

/// Bytes without a pattern: a xorshift generator.
fn fill(message: &mut [u8], state: &mut u64) {
    for part in message.chunks_mut(8) {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        part.copy_from_slice(&state.to_le_bytes()[..part.len()]);
    }
}
