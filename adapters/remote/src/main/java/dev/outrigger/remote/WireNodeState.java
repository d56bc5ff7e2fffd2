package dev.outrigger.remote;

import dev.outrigger.provider.NodeState;
import dev.outrigger.remote.v1.GetNodeStateResponse;
import dev.outrigger.remote.v1.Image;
import java.util.OptionalLong;

/** What a backend tells of itself, between Java and protobuf. */
final class WireNodeState {

  private WireNodeState() {}

  static GetNodeStateResponse toWire(NodeState state) {
    return GetNodeStateResponse.newBuilder()
        .putAllAllocatable(state.allocatable())
        .addAllImages(state.images().stream().map(WireNodeState::toWire).toList())
        .build();
  }

  /**
   * @throws IllegalArgumentException when an image has no name
   */
  static NodeState fromWire(GetNodeStateResponse wire) {
    return new NodeState(
        wire.getAllocatableMap(),
        wire.getImagesList().stream().map(WireNodeState::fromWire).toList());
  }

  private static Image toWire(NodeState.Image image) {
    Image.Builder wire = Image.newBuilder().addAllNames(image.names());
    image.sizeBytes().ifPresent(wire::setSizeBytes);
    return wire.build();
  }

  private static NodeState.Image fromWire(Image wire) {
    return new NodeState.Image(
        wire.getNamesList(),
        wire.hasSizeBytes() ? OptionalLong.of(wire.getSizeBytes()) : OptionalLong.empty());
  }
}
