//! What passed through a channel in one direction.

use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The part of a channel's bytes that has a SHA-256 of its own: see e2e/src/lib/webrtc-program.ts.
const SEGMENT_BYTES: usize = 1 << 20;

/// Counts the binary messages of one direction.
#[derive(Default)]
pub struct Counter {
    messages: u64,
    bytes: u64,
    segment: Sha256,
    filled: usize,
    /// Over the digests of the complete segments.
    segments: Sha256,
}

impl Counter {
    pub fn add(&mut self, mut message: &[u8]) {
        self.messages += 1;
        self.bytes += message.len() as u64;
        while !message.is_empty() {
            let (part, rest) = message.split_at(message.len().min(SEGMENT_BYTES - self.filled));
            self.segment.update(part);
            self.filled += part.len();
            message = rest;
            if self.filled == SEGMENT_BYTES {
                self.segments.update(self.segment.finalize_reset());
                self.filled = 0;
            }
        }
    }

    pub fn count(&self) -> Value {
        let mut segments = self.segments.clone();
        if self.filled > 0 {
            segments.update(self.segment.clone().finalize());
        }
        let mut hex = String::new();
        for byte in segments.finalize() {
            write!(hex, "{byte:02x}").expect("a String takes all");
        }
        json!({ "messages": self.messages, "bytes": self.bytes, "sha256": hex })
    }
}
