package dev.outrigger.ecs.session;

/** What a wrapped command's terminal says. */
sealed interface CommandEvent {

  /** Output of the command. */
  record Output(byte[] data, boolean error) implements CommandEvent {}

  /** The script waits for a line; the terminal's size is to be set before. */
  record Waiting() implements CommandEvent {}

  /** The command starts now; the terminal takes input. */
  record Ready() implements CommandEvent {}

  /** The command has ended; nothing follows. */
  record Ended(int code) implements CommandEvent {}

  /** There is no such program in the container. */
  record NotFound() implements CommandEvent {}

  /** The container lacks a program that carries the output; the command was not started. */
  record Missing(String program) implements CommandEvent {}
}
