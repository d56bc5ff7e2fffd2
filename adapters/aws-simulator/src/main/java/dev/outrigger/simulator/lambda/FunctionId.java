package dev.outrigger.simulator.lambda;

/** Which function: names are unique in an account's region. */
record FunctionId(String account, String region, String name) {
  /** The unqualified ARN. */
  String arn() {
    return "arn:aws:lambda:" + region + ":" + account + ":function:" + name;
  }

  /** The key in the state table. */
  String key() {
    return region + "/" + name;
  }
}
