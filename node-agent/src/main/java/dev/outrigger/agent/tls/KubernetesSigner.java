package dev.outrigger.agent.tls;

import dev.outrigger.provider.pem.PemFiles;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Certificates by CertificateSigningRequest (certificates.k8s.io/v1). */
public final class KubernetesSigner implements CertificateSigner {

  /** What the kubelet waits, too. */
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private static final Duration POLL = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final String signer;
  private final String node;
  private final boolean approve;

  /**
   * @param signer the signer's name, {@code kubernetes.io/kubelet-serving} or a cloud's own
   * @param approve approve the request as well, which needs the right to; otherwise somebody else
   *     has to ({@code kubectl certificate approve})
   */
  public KubernetesSigner(KubernetesClient client, String signer, String node, boolean approve) {
    this.client = client;
    this.signer = signer;
    this.node = node;
    this.approve = approve;
  }

  @Override
  public List<X509Certificate> sign(byte[] request) throws IOException, InterruptedException {
    try {
      String name = create(request);
      return await(client.certificates().v1().certificateSigningRequests().withName(name), name);
    } catch (KubernetesClientException e) {
      throw new IOException("the certificate cannot be requested: " + e.getMessage(), e);
    }
  }

  private String create(byte[] request) {
    CertificateSigningRequest made =
        client
            .certificates()
            .v1()
            .certificateSigningRequests()
            .resource(
                new CertificateSigningRequestBuilder()
                    .withNewMetadata()
                    .withGenerateName("outrigger-" + node + "-")
                    .endMetadata()
                    .withNewSpec()
                    .withSignerName(signer)
                    .withUsages("digital signature", "server auth")
                    .withRequest(Base64.getEncoder().encodeToString(request))
                    .endSpec()
                    .build())
            .create();
    String name = made.getMetadata().getName();
    if (approve) {
      CertificateSigningRequestCondition approval =
          new CertificateSigningRequestConditionBuilder()
              .withType("Approved")
              .withStatus("True")
              .withReason("OutriggerNode")
              .withMessage("serves the virtual node " + node)
              .build();
      client.certificates().v1().certificateSigningRequests().withName(name).approve(approval);
    }
    return name;
  }

  private List<X509Certificate> await(Resource<CertificateSigningRequest> request, String name)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      CertificateSigningRequest now = request.get();
      if (now == null) {
        throw new IOException("CertificateSigningRequest " + name + " was deleted unanswered");
      }
      Optional<List<X509Certificate>> answer = answer(now, name);
      if (answer.isPresent()) {
        return answer.get();
      }
      Thread.sleep(POLL);
    }
    throw new IOException(
        "nobody signed CertificateSigningRequest %s in %d minutes; try: kubectl certificate approve"
            .formatted(name, PATIENCE.toMinutes()));
  }

  private static Optional<List<X509Certificate>> answer(
      CertificateSigningRequest request, String name) throws IOException {
    var status = request.getStatus();
    if (status == null) {
      return Optional.empty();
    }
    for (CertificateSigningRequestCondition condition : status.getConditions()) {
      if (!condition.getType().equals("Approved")) {
        throw new IOException(
            "CertificateSigningRequest %s: %s: %s"
                .formatted(name, condition.getType(), condition.getMessage()));
      }
    }
    if (status.getCertificate() == null || status.getCertificate().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          PemFiles.certificates(Base64.getMimeDecoder().decode(status.getCertificate())));
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate that was signed cannot be read", e);
    }
  }
}
