//! Event bus, websocket hub and presence.
