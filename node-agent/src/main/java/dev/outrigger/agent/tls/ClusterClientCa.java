package dev.outrigger.agent.tls;

import dev.outrigger.agent.api.ApiTrouble;
import dev.outrigger.provider.pem.PemFiles;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authority that the API server itself believes about clients, which it publishes for extension
 * API servers in {@code kube-system/extension-apiserver-authentication}; the API server's own
 * client certificate for kubelets is normally signed by it. Read at start and every few minutes;
 * what was read last holds.
 */
public final class ClusterClientCa implements AuthoritySource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterClientCa.class);
  private static final String NAMESPACE = "kube-system";
  private static final String NAME = "extension-apiserver-authentication";
  private static final String KEY = "client-ca-file";
  private static final String SET = "; set kubelet.clientCaFile";
  private static final String BIND =
      "; bind the Role extension-apiserver-authentication-reader or set kubelet.clientCaFile";
  private static final Duration PERIOD = Duration.ofMinutes(5);
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private volatile List<X509Certificate> read = List.of();
  private volatile boolean warned;
  private final Thread thread;

  private ClusterClientCa(KubernetesClient client) {
    this.client = client;
    this.thread = Thread.ofVirtual().name("client-ca").unstarted(this::run);
  }

  /** Reads it once, blocking, and goes on reading in the background. */
  public static ClusterClientCa start(KubernetesClient client) {
    ClusterClientCa source = new ClusterClientCa(client);
    boolean found = source.read();
    source.thread.start();
    if (!found) {
      LOG.atDebug().log("the cluster's client CA is asked for again");
    }
    return source;
  }

  @Override
  public List<X509Certificate> current() {
    return read;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(read.isEmpty() ? RETRY : PERIOD);
        read();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether there is a CA to go by. */
  private boolean read() {
    try {
      ConfigMap map = client.configMaps().inNamespace(NAMESPACE).withName(NAME).get();
      Optional<String> pem =
          Optional.ofNullable(map).map(ConfigMap::getData).map(data -> data.get(KEY));
      if (pem.isPresent()) {
        read = PemFiles.certificates(pem.get().getBytes(StandardCharsets.US_ASCII));
        warned = false;
        return true;
      }
      warn("it holds no " + KEY, SET);
    } catch (KubernetesClientException e) {
      warn(ApiTrouble.text(e), e.getCode() == 403 ? BIND : "");
    } catch (GeneralSecurityException e) {
      warn(String.valueOf(e.getMessage()), SET);
    }
    return !read.isEmpty();
  }

  private void warn(String cause, String fix) {
    if (!warned) {
      warned = true;
      LOG.atWarn()
          .addKeyValue("configMap", NAMESPACE + "/" + NAME)
          .addKeyValue("cause", cause)
          .log(
              "the cluster's client CA cannot be read: kubectl logs and exec are refused unless"
                  + " the API server sends a token"
                  + fix);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
