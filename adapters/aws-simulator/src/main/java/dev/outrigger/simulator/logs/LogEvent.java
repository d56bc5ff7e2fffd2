package dev.outrigger.simulator.logs;

/**
 * A stored event.
 *
 * @param sequence grows by one for each event of the simulator; breaks ties of the timestamp
 * @param timestamp milliseconds since the epoch, as the writer said
 * @param ingestionTime milliseconds since the epoch
 */
record LogEvent(long sequence, long timestamp, long ingestionTime, String message) {

  LogPosition position() {
    return new LogPosition(timestamp, sequence);
  }
}
