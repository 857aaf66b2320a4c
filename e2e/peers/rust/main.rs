//! An independent peer for interoperation tests: a whole connection of str0m, driven by commands.
//!
//! It reads from stdin, in one line each, {"id": 1, "command": "offer", "args": ["label"]}, and prints an event "done" with "id" and "result",
//! or "failed" with "id" and "detail". It ends with stdin. The commands are those of e2e/src/lib/webrtc-program.ts.

mod channel;
mod counter;
mod peer;

use std::error::Error;
use std::io::stdin;
use std::net::{SocketAddr, UdpSocket};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;

use serde_json::{Value, json};

use crate::peer::Peer;

/// Arguments of the command that has the most.
const MAX_ARGUMENTS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let mut peer = Peer::new()?;
    let (sender, commands) = channel();
    let waker = UdpSocket::bind("127.0.0.1:0")?;
    let address = peer.address();
    thread::spawn(move || read_commands(sender, &waker, address));
    while answer_all(&mut peer, &commands) {
        if let Err(error) = peer.step() {
            println!("{}", json!({ "event": "error", "detail": error.to_string() }));
            peer.fail();
        }
    }
    println!("{}", json!({ "event": "end", "ok": true }));
    Ok(())
}

/// Passes the lines of stdin on, and wakes the connection with an empty datagram, because it waits at its socket.
fn read_commands(commands: Sender<String>, waker: &UdpSocket, address: SocketAddr) {
    for line in stdin().lines().map_while(Result::ok) {
        if commands.send(line).is_err() || waker.send_to(&[], address).is_err() {
            return;
        }
    }
    drop(commands);
    // Should it be lost, the end is noticed at the next time-out.
    let _ = waker.send_to(&[], address);
}

/// Answers the commands that have arrived. Returns false after the last one.
fn answer_all(peer: &mut Peer, commands: &Receiver<String>) -> bool {
    loop {
        match commands.try_recv() {
            Ok(line) => println!("{}", answer(peer, &line)),
            Err(TryRecvError::Empty) => return true,
            Err(TryRecvError::Disconnected) => return false,
        }
    }
}

fn answer(peer: &mut Peer, line: &str) -> Value {
    let parsed: Value = serde_json::from_str(line).unwrap_or_default();
    let mut args: Vec<&str> = parsed["args"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    args.resize(MAX_ARGUMENTS, "");
    match peer.command(parsed["command"].as_str().unwrap_or_default(), &args) {
        Ok(result) => json!({ "event": "done", "id": parsed["id"], "result": result }),
        Err(error) => json!({ "event": "failed", "id": parsed["id"], "detail": error.to_string() }),
    }
}
