package dev.outrigger.aws;

import dev.outrigger.provider.Settings;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names that AWS gives, by their form: what is mistaken for one is told when the agent starts, not
 * when the first Pod does. Whether there is such a thing, AWS alone knows.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html">IAM
 *     identifiers</a>
 */
public final class AwsIds {

  private static final Pattern ROLE = Pattern.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/\\S+");

  private AwsIds() {}

  /** The ARN of a role, which may be left out. */
  public static Optional<String> role(Settings settings, String key) {
    Optional<String> role = settings.string(key);
    role.ifPresent(text -> checkRole(settings, key, text));
    return role;
  }

  /**
   * The same of one that may not.
   *
   * @param what for whoever has left it out
   */
  public static String requiredRole(Settings settings, String key, String what) {
    String role = settings.requiredString(key, what);
    checkRole(settings, key, role);
    return role;
  }

  private static void checkRole(Settings settings, String key, String role) {
    if (!role.isEmpty() && !ROLE.matcher(role).matches()) {
      settings.problem(
          key,
          "must be the ARN of a role, such as arn:aws:iam::123456789012:role/outrigger, not '"
              + role
              + "'");
    }
  }

  /** The name of a CloudWatch log group (API reference of CreateLogGroup). */
  public static String logGroup(Settings settings, String key, String fallback) {
    return checkLogGroup(settings, key, settings.string(key, fallback));
  }

  /** The same of one that may be left out. */
  public static Optional<String> logGroup(Settings settings, String key) {
    return settings.string(key).map(name -> checkLogGroup(settings, key, name));
  }

  private static String checkLogGroup(Settings settings, String key, String name) {
    if (!name.matches("[A-Za-z0-9._/#-]{1,512}")) {
      settings.problem(
          key,
          "must be the name of a log group: letters, digits and . - _ / #, not '" + name + "'");
    }
    return name;
  }

  /**
   * Ids of one kind.
   *
   * @param kind what they begin with, for example {@code subnet}
   */
  public static List<String> ids(Settings settings, String key, String kind) {
    return checkIds(settings, key, kind, settings.strings(key));
  }

  /**
   * The same, at least one.
   *
   * @param what for whoever has left them out
   */
  public static List<String> requiredIds(Settings settings, String key, String kind, String what) {
    return checkIds(settings, key, kind, settings.requiredStrings(key, what));
  }

  private static List<String> checkIds(
      Settings settings, String key, String kind, List<String> ids) {
    for (int i = 0; i < ids.size(); i++) {
      if (!ids.get(i).matches(kind + "-[0-9a-z]+")) {
        settings.problem(
            key + "[" + i + "]",
            "must be an id such as " + kind + "-0123456789abcdef0, not '" + ids.get(i) + "'");
      }
    }
    return ids;
  }
}
