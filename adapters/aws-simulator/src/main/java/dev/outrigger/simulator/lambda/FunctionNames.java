package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.service.AwsFault;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a FunctionName parameter: a name, a partial or a full ARN, each perhaps qualified. */
final class FunctionNames {
  private static final String PATTERN =
      "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?"
          + "([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";
  private static final Pattern NAME = Pattern.compile(PATTERN);
  private static final int MAX_NAME = 64;
  private static final int NAME_GROUP = 7;
  private static final int QUALIFIER_GROUP = 9;

  private FunctionNames() {}

  /**
   * The name alone.
   *
   * @throws AwsFault ValidationException for what is no name; ResourceNotFoundException for a
   *     qualifier other than {@code $LATEST}, since nothing publishes versions
   */
  static String read(String text) {
    Matcher matcher = NAME.matcher(text);
    if (!matcher.matches()) {
      throw LambdaFaults.constraint(
          text, "functionName", "satisfy regular expression pattern: " + PATTERN);
    }
    String name = matcher.group(NAME_GROUP);
    if (name.length() > MAX_NAME) {
      throw LambdaFaults.constraint(
          text, "functionName", "have length less than or equal to " + MAX_NAME);
    }
    String qualifier = matcher.group(QUALIFIER_GROUP);
    if (qualifier != null) {
      requireLatest(text, qualifier);
    }
    return name;
  }

  static void requireLatest(String arn, String qualifier) {
    if (!qualifier.equals("$LATEST")) {
      throw LambdaFaults.notFound(arn + ":" + qualifier);
    }
  }
}
