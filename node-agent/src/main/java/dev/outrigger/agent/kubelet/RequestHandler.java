package dev.outrigger.agent.kubelet;

import dev.outrigger.agent.kubelet.stream.UpgradeRefusal;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one request, on a virtual thread. Who calls and whether he may comes first, for every
 * path: also for those that do not exist.
 */
final class RequestHandler {

  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private record Target(String path, Map<String, List<String>> query) {}

  private final KubeletServerConfig config;
  private final NodePods pods;
  private final Authenticator authenticator;
  private final Authorizer authorizer;
  private final LogHandler logs;
  private final StreamHandler streams;
  private final StatsHandler stats;
  private final KubernetesSerialization json = new KubernetesSerialization();

  RequestHandler(
      KubeletServerConfig config,
      NodePods pods,
      Authenticator authenticator,
      Authorizer authorizer) {
    this.config = config;
    this.pods = pods;
    this.authenticator = authenticator;
    this.authorizer = authorizer;
    this.logs = new LogHandler(pods, config.clock());
    this.stats = new StatsHandler(config, pods);
    this.streams =
        new StreamHandler(config.nodeName(), config.provider(), pods, config.limits().streams());
  }

  /**
   * @param certificateUser of the connection's client certificate, if that is valid now
   */
  void handle(HttpRequest request, Optional<UserInfo> certificateUser, ResponseWriter response)
      throws IOException, InterruptedException {
    try {
      Target uri = decode(request.uri());
      admit(request, uri.path(), certificateUser);
      route(Route.of(request.method().name(), uri.path()), request, uri, response);
    } catch (HttpProblem e) {
      response.text(e.status(), e.text());
    } catch (UpgradeRefusal e) {
      byte[] body = e.text().getBytes(StandardCharsets.UTF_8);
      response.whole(e.status(), "text/plain; charset=utf-8", e.headers(), body);
    }
  }

  private static Target decode(String target) throws HttpProblem {
    try {
      QueryStringDecoder uri = new QueryStringDecoder(target);
      if (!uri.path().startsWith("/")) {
        throw new HttpProblem(400, "the request's path does not start with /");
      }
      return new Target(uri.path(), uri.parameters());
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "the request's path or query is not well encoded");
    }
  }

  private void admit(HttpRequest request, String path, Optional<UserInfo> certificateUser)
      throws HttpProblem, InterruptedException {
    UserInfo user = authenticate(request, certificateUser);
    String method = request.method().name();
    List<NodeAccess> questions = NodeAccess.of(config.nodeName(), method, path);
    NodeAccess first = questions.getFirst();
    List<String> subresources = questions.stream().map(NodeAccess::subresource).toList();
    String about = "user=%s, verb=%s, resource=nodes".formatted(user.name(), first.verb());
    try {
      if (!authorizer.allowed(user, questions)) {
        throw new HttpProblem(
            403,
            "Forbidden (%s, subresource(s)=[%s])\n"
                .formatted(about, String.join(" ", subresources)));
      }
    } catch (ReviewException e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("node", config.nodeName())
          .addKeyValue("user", user.name())
          .log("kubelet API caller could not be authorized");
      throw new HttpProblem(
          500, "Authorization error (%s, subresource=%s)".formatted(about, first.subresource()));
    }
  }

  private UserInfo authenticate(HttpRequest request, Optional<UserInfo> certificateUser)
      throws HttpProblem, InterruptedException {
    String header = request.headers().get(HttpHeaderNames.AUTHORIZATION);
    try {
      return authenticator
          .authenticate(certificateUser, Optional.ofNullable(header))
          .orElseThrow(() -> new HttpProblem(401, "Unauthorized"));
    } catch (ReviewException e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("node", config.nodeName())
          .log("kubelet API caller could not be authenticated");
      throw new HttpProblem(401, "Unauthorized");
    }
  }

  private void route(Route route, HttpRequest request, Target uri, ResponseWriter response)
      throws HttpProblem, UpgradeRefusal, IOException, InterruptedException {
    switch (route) {
      case Route.ContainerLogs to -> logs.handle(to, uri.query(), response);
      case Route.Exec to -> streams.exec(to, request, uri.query(), response);
      case Route.Attach to -> streams.attach(to, request, uri.query(), response);
      case Route.PortForward to -> streams.portForward(to, request, uri.query(), response);
      case Route.Run to -> streams.run(to, uri.query(), response);
      case Route.Pods() -> list(pods.pods(), response);
      case Route.RunningPods() ->
          list(pods.pods().stream().filter(RequestHandler::running).toList(), response);
      case Route.Health() -> health(response);
      case Route.Ping() -> response.text(200, "ok");
      case Route.Metrics() ->
          response.whole(200, "text/plain; version=0.0.4; charset=utf-8", config.metrics().get());
      case Route.Stats to -> stats.handle(to, uri.query(), response);
      case Route.Configz() ->
          response.whole(
              200, "application/json", Configz.of(config, authenticator.reviewsTokens()));
      case Route.Unsupported(String what) ->
          throw new HttpProblem(
              501, "%s is not available on virtual node %s".formatted(what, config.nodeName()));
      case Route.WrongMethod(String allowed) -> response.allow(allowed);
      case Route.Unknown() -> throw new HttpProblem(404, "404: Page Not Found");
    }
  }

  private void health(ResponseWriter response) throws HttpProblem, IOException {
    if (!config.healthy().getAsBoolean()) {
      throw new HttpProblem(
          500, "[+]ping ok\n[-]syncloop failed: reason withheld\nhealthz check failed");
    }
    response.text(200, "ok");
  }

  private static boolean running(Pod pod) {
    return pod.getStatus() != null && "Running".equals(pod.getStatus().getPhase());
  }

  private void list(List<Pod> items, ResponseWriter response) throws IOException {
    PodList list = new PodListBuilder().withNewMetadata().endMetadata().withItems(items).build();
    response.whole(200, "application/json", json.asJson(list));
  }
}
