package dev.outrigger.agent.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.agent.kubelet.TestCerts;
import dev.outrigger.provider.pem.PemFiles;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemFilesTest {

  private final TestCerts certs = new TestCerts("ca");

  @ParameterizedTest
  @CsvSource({"RSA, RSA PRIVATE KEY", "EC, EC PRIVATE KEY", "RSA, PRIVATE KEY", "EC, PRIVATE KEY"})
  void keysOfEveryFormAreRead(String algorithm, String label) throws Exception {
    TestCerts.Issued issued = certs.server(algorithm);
    byte[] pem = label.equals("PRIVATE KEY") ? issued.keyPem() : issued.oldKeyPem(label);
    var key = PemFiles.key(pem, issued.certificate());
    assertThat(key.getAlgorithm()).isEqualTo(algorithm);
    TestCerts.Issued another = certs.server(algorithm);
    assertThatThrownBy(() -> PemFiles.key(pem, another.certificate()))
        .hasMessageContaining("not the certificate's");
  }
}
