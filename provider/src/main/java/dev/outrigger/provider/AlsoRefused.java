package dev.outrigger.provider;

import java.io.Serializable;

/**
 * A further field for which a Pod is refused, beside the one that an exception is about.
 *
 * @param remedy what to use instead, or what is wrong with it; empty if nobody has said
 */
public record AlsoRefused(String path, String remedy) implements Serializable {

  private static final long serialVersionUID = 1L;
}
