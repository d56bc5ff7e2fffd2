package dev.outrigger.ecs.session;

/** What came through the channel, in order. */
record Payload(int type, byte[] data) {

  static final int OUTPUT = 1;
  static final int SIZE = 3;
  static final int HANDSHAKE_REQUEST = 5;
  static final int HANDSHAKE_RESPONSE = 6;
  static final int HANDSHAKE_COMPLETE = 7;
  static final int FLAG = 10;

  /** Flags: the payload is one of these as u32. */
  static final int TERMINATE_SESSION = 2;

  static final int CONNECT_TO_PORT_ERROR = 3;

  /** StreamDataPayloadSize: what a message carries at most. */
  static final int LARGEST = 1024;
}
