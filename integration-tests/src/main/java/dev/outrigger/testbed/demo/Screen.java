package dev.outrigger.testbed.demo;

import dev.outrigger.testbed.Progress;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the person in front of the demo reads. */
final class Screen implements Progress {
  private final boolean colours;
  private final long start = System.nanoTime();
  // Guarded by this.
  private PrintStream out;

  Screen(PrintStream out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  /** Nothing more is shown: the demo was told to end, and what fails from now on fails for that. */
  synchronized void mute() {
    out = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }

  /** Seconds since the demo began. */
  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Something that goes on behind the scenes, with the time. */
  @Override
  public synchronized void say(String line) {
    out.printf("%s[%5.1f s] %s%s%n", colour("2"), seconds(), line, colour("0"));
    out.flush();
  }

  synchronized void title(String line) {
    out.printf("%n%s== %s%s%n", colour("1"), line, colour("0"));
    out.flush();
  }

  synchronized void command(String line) {
    out.printf("%s$ %s%s%n", colour("36"), line, colour("0"));
    out.flush();
  }

  synchronized void output(String text) {
    out.print(text);
    if (!text.isEmpty() && !text.endsWith("\n")) {
      out.println();
    }
    out.flush();
  }

  synchronized void verdict(boolean good, String line) {
    out.printf(
        "%s%s %s%s%n", colour(good ? "32" : "31"), good ? "ok:" : "FAILED:", line, colour("0"));
    out.flush();
  }

  private String colour(String code) {
    return colours ? "\033[" + code + "m" : "";
  }
}
