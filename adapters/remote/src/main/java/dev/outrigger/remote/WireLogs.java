package dev.outrigger.remote;

import com.google.protobuf.ByteString;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.remote.v1.ReadLogsRequest;
import java.util.Optional;
import java.util.OptionalInt;

/** Logs, between Java and protobuf. */
final class WireLogs {

  private WireLogs() {}

  static ReadLogsRequest toWire(LogQuery query) {
    var wire =
        ReadLogsRequest.newBuilder()
            .setAttempt(WireWork.toWire(query.attempt()))
            .setContainer(query.container())
            .setFollow(query.follow());
    query.since().map(WireTime::toWire).ifPresent(wire::setSince);
    query.tailHint().ifPresent(wire::setTailHint);
    return wire.build();
  }

  static LogQuery fromWire(ReadLogsRequest wire) {
    return new LogQuery(
        WireWork.fromWire(wire.getAttempt()),
        wire.getContainer(),
        wire.hasSince() ? Optional.of(WireTime.fromWire(wire.getSince())) : Optional.empty(),
        wire.hasTailHint() ? OptionalInt.of(wire.getTailHint()) : OptionalInt.empty(),
        wire.getFollow());
  }

  static dev.outrigger.remote.v1.LogLine toWire(LogLine line) {
    return dev.outrigger.remote.v1.LogLine.newBuilder()
        .setTime(WireTime.toWire(line.time()))
        .setStream(
            switch (line.stream()) {
              case STDOUT -> dev.outrigger.remote.v1.LogLine.Stream.STREAM_STDOUT;
              case STDERR -> dev.outrigger.remote.v1.LogLine.Stream.STREAM_STDERR;
            })
        .setText(ByteString.copyFrom(line.text()))
        .setTerminated(line.terminated())
        .build();
  }

  static LogLine fromWire(dev.outrigger.remote.v1.LogLine wire) {
    return new LogLine(
        WireTime.fromWire(wire.getTime()),
        wire.getStream() == dev.outrigger.remote.v1.LogLine.Stream.STREAM_STDERR
            ? LogLine.Stream.STDERR
            : LogLine.Stream.STDOUT,
        wire.getText().toByteArray(),
        wire.getTerminated());
  }
}
