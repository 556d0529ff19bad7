//! Main program: command line, wiring, listeners, shutdown.
