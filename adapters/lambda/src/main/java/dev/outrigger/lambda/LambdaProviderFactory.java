package dev.outrigger.lambda;

import dev.outrigger.aws.AwsClients;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Settings;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.fields.FieldTable;
import java.util.Optional;
import java.util.Set;

/** Makes Lambda nodes: {@code provider: lambda}. */
public final class LambdaProviderFactory implements ProviderFactory {

  @Override
  public String name() {
    return "lambda";
  }

  @Override
  public Optional<FieldTable> fields() {
    return Optional.of(LambdaFields.TABLE);
  }

  @Override
  public Set<Trait> traits() {
    return Set.of(Trait.ONE_SHOT);
  }

  @Override
  public Provider create(ProviderContext context, Settings settings) {
    LambdaConfig config = LambdaConfig.read(settings);
    return new LambdaProvider(context, config, new LambdaClients(config.aws(), AwsClients::new));
  }
}
