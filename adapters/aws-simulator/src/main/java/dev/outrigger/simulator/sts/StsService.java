package dev.outrigger.simulator.sts;

import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.Protocol;

/** STS (API version 2011-06-15): GetCallerIdentity, in the Query protocol. */
public final class StsService implements AwsService {
  private final String accountId;

  /** Every caller is the user {@code simulator} of that account. */
  public StsService(String accountId) {
    this.accountId = accountId;
  }

  @Override
  public String signingName() {
    return "sts";
  }

  @Override
  public Protocol protocol() {
    return Protocol.QUERY;
  }

  @Override
  public AwsFault throttled(String operation) {
    return new AwsFault(400, "Throttling", "Rate exceeded");
  }

  @Override
  public AwsResponse handle(AwsRequest request) {
    if (!request.operation().equals("GetCallerIdentity")) {
      throw new AwsFault(400, "InvalidAction", "Could not find operation " + request.operation());
    }
    return AwsResponse.xml(
        200,
        """
        <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <GetCallerIdentityResult>
            <Arn>arn:aws:iam::%1$s:user/simulator</Arn>
            <UserId>AIDASIMULATOR0000000</UserId>
            <Account>%1$s</Account>
          </GetCallerIdentityResult>
          <ResponseMetadata><RequestId>%2$s</RequestId></ResponseMetadata>
        </GetCallerIdentityResponse>
        """
            .formatted(accountId, request.id()));
  }

  @Override
  public void close() {}
}
