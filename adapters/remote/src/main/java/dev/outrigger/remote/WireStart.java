package dev.outrigger.remote;

import dev.outrigger.provider.AtStart;
import dev.outrigger.remote.v1.ContainerWork;
import dev.outrigger.remote.v1.FileKey;
import dev.outrigger.remote.v1.StartPart;
import dev.outrigger.remote.v1.StartText;
import dev.outrigger.remote.v1.StartVariable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is known only at a container's start, between Java and protobuf. */
final class WireStart {

  private WireStart() {}

  static void into(ContainerWork.Builder wire, AtStart atStart) {
    atStart.env().forEach(variable -> wire.addStartEnv(toWire(variable)));
    atStart.words().forEach((index, word) -> wire.putStartWords(index, toWire(word)));
  }

  /**
   * @throws IllegalArgumentException when something is of a kind that is not known here
   */
  static AtStart fromWire(ContainerWork wire) {
    Map<Integer, AtStart.Text> words = new HashMap<>();
    wire.getStartWordsMap().forEach((index, word) -> words.put(index, fromWire(word)));
    return new AtStart(wire.getStartEnvList().stream().map(WireStart::fromWire).toList(), words);
  }

  private static StartVariable toWire(AtStart.Variable variable) {
    StartVariable.Builder wire = StartVariable.newBuilder().setName(variable.name());
    return switch (variable) {
      case AtStart.FileKey from ->
          wire.setFileKey(
                  FileKey.newBuilder()
                      .setVolume(from.volume())
                      .setPath(from.path())
                      .setKey(from.key())
                      .setOptional(from.optional()))
              .build();
      case AtStart.Composed composed -> wire.setComposed(toWire(composed.value())).build();
    };
  }

  private static AtStart.Variable fromWire(StartVariable wire) {
    FileKey from = wire.getFileKey();
    return switch (wire.getValueCase()) {
      case FILE_KEY ->
          new AtStart.FileKey(
              wire.getName(), from.getVolume(), from.getPath(), from.getKey(), from.getOptional());
      case COMPOSED -> new AtStart.Composed(wire.getName(), fromWire(wire.getComposed()));
      case VALUE_NOT_SET ->
          throw new IllegalArgumentException("start_env of an unknown kind: " + wire.getName());
    };
  }

  private static StartText toWire(AtStart.Text text) {
    StartText.Builder wire = StartText.newBuilder();
    for (AtStart.Part part : text.parts()) {
      switch (part) {
        case AtStart.Known known -> wire.addPartsBuilder().setKnown(WireWork.toWire(known.text()));
        case AtStart.Reference reference -> wire.addPartsBuilder().setReference(reference.name());
      }
    }
    return wire.build();
  }

  private static AtStart.Text fromWire(StartText wire) {
    List<AtStart.Part> parts = wire.getPartsList().stream().map(WireStart::fromWire).toList();
    return new AtStart.Text(parts);
  }

  private static AtStart.Part fromWire(StartPart wire) {
    return switch (wire.getPartCase()) {
      case KNOWN -> new AtStart.Known(WireWork.fromWire(wire.getKnown()));
      case REFERENCE -> new AtStart.Reference(wire.getReference());
      case PART_NOT_SET -> throw new IllegalArgumentException("a part of an unknown kind");
    };
  }
}
