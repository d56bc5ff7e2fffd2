package dev.outrigger.ecs;

import dev.outrigger.aws.AwsClients;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Settings;
import dev.outrigger.provider.fields.FieldTable;
import java.util.Optional;

/** Makes the provider {@code ecs}. */
public final class EcsProviderFactory implements ProviderFactory {

  @Override
  public String name() {
    return "ecs";
  }

  @Override
  public Optional<FieldTable> fields() {
    return Optional.of(EcsFields.TABLE);
  }

  @Override
  public Provider create(ProviderContext context, Settings settings) {
    EcsConfig config = EcsConfig.read(settings);
    return EcsProvider.open(context, config, new AwsClients(config.aws()));
  }
}
