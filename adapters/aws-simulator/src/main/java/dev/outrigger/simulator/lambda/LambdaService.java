package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.image.ImageCatalogue;
import dev.outrigger.simulator.logs.LogGroups;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.service.Protocol;
import dev.outrigger.simulator.service.SimulatorContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** AWS Lambda's API. Functions belong to the region of the caller's credential scope. */
public final class LambdaService implements AwsService {
  /** The signing name. */
  public static final String NAME = "lambda";

  private final String account;
  private final FunctionApi functions;
  private final FunctionMarksApi marks;
  private final InvokeApi invocations;
  private final AsyncInvocations async;
  private final Invoker invoker;
  private final Environments environments;

  /** Restores the functions of an earlier run; starts no process. */
  public LambdaService(
      SimulatorContext context, LambdaConfig config, ImageCatalogue catalogue, LogGroups logs) {
    this.account = context.accountId();
    Path scratch = folder(context.scratch().resolve(NAME));
    Resources resources = Resources.copyTo(scratch.resolve("resources"));
    Interpreters interpreters = new Interpreters();
    TaskImages images = new TaskImages(catalogue, config.strictImages(), resources.demo());
    FunctionStore store = new FunctionStore(context.state());
    this.environments = new Environments(config.idleLimit(), config.accountConcurrency());
    EnvironmentStarter starter =
        new EnvironmentStarter(
            folder(scratch.resolve("environments")),
            (region, group, stream, time, message) -> logs.put(group, stream, time, message),
            context.journal(),
            context.clock(),
            new ExecutionEnvironment.Limits(config.initLimit(), config.enforceMemory()),
            context.guard());
    this.invoker =
        new Invoker(
            store,
            images,
            new LaunchPlanner(interpreters, resources),
            starter,
            environments,
            new ConcurrencyLimits(config.accountConcurrency()),
            folder(scratch.resolve("code")));
    this.async = new AsyncInvocations(store, invoker, config.asyncRetries());
    this.functions = new FunctionApi(store, images, context.clock(), config.activation());
    this.marks = new FunctionMarksApi(store, config.accountConcurrency());
    this.invocations = new InvokeApi(store, invoker, async, context.clock());
  }

  private static Path folder(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String signingName() {
    return NAME;
  }

  @Override
  public Protocol protocol() {
    return Protocol.REST_JSON;
  }

  @Override
  public String operationOf(AwsRequest request) {
    return Operation.of(request.method(), request.pathSegments()).name();
  }

  @Override
  public AwsResponse handle(AwsRequest request) {
    return switch (Operation.valueOf(request.operation())) {
      case CreateFunction -> functions.create(request, newId(request));
      case ListFunctions -> functions.list(request);
      case GetFunction -> functions.get(id(request));
      case GetFunctionConfiguration -> functions.getConfiguration(id(request));
      case UpdateFunctionCode -> retiring(functions.updateCode(request, id(request)), request);
      case UpdateFunctionConfiguration ->
          retiring(functions.updateConfiguration(request, id(request)), request);
      case DeleteFunction -> retiring(functions.delete(id(request)), request);
      case Invoke -> invocations.invoke(request, id(request));
      case PutFunctionConcurrency -> marks.putConcurrency(request, id(request));
      case GetFunctionConcurrency -> marks.getConcurrency(id(request));
      case DeleteFunctionConcurrency -> marks.deleteConcurrency(id(request));
      case TagResource -> marks.tag(request, id(request));
      case UntagResource -> marks.untag(request, id(request));
      case ListTags -> marks.listTags(id(request));
      case GetAccountSettings -> marks.accountSettings(request.caller().region());
    };
  }

  private AwsResponse retiring(AwsResponse response, AwsRequest request) {
    invoker.retire(id(request));
    return response;
  }

  private FunctionId newId(AwsRequest request) {
    String name = Json.text(request.json(), "FunctionName").orElse("");
    return new FunctionId(account, request.caller().region(), FunctionNames.read(name));
  }

  private FunctionId id(AwsRequest request) {
    List<String> segments = request.pathSegments();
    String name = FunctionNames.read(segments.get(2));
    FunctionId id = new FunctionId(account, request.caller().region(), name);
    request
        .parameter("Qualifier")
        .ifPresent(qualifier -> FunctionNames.requireLatest(id.arn(), qualifier));
    return id;
  }

  static AwsResponse empty() {
    return new AwsResponse(204, Map.of(), new byte[0]);
  }

  @Override
  public AwsFault throttled(String operation) {
    return LambdaFaults.throttled("Rate exceeded");
  }

  @Override
  public AwsFault serverError(int status) {
    return new AwsFault(status, "ServiceException", "injected");
  }

  /** The number of child processes that are alive, warm or busy. */
  public int environments() {
    return environments.size();
  }

  @Override
  public void close() {
    async.close();
    invoker.close();
  }
}
