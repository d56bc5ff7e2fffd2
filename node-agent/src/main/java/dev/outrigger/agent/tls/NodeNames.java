package dev.outrigger.agent.tls;

import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.util.IPAddress;

/**
 * As whom a node serves: the subject that the signer {@code kubernetes.io/kubelet-serving} asks
 * for, and the addresses in the Node's status, which approvers compare.
 *
 * @param address the Node's InternalIP, an IP address or a host name
 */
public record NodeNames(String node, String address) {

  X500Name subject() {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, "system:nodes")
        .addRDN(BCStyle.CN, "system:node:" + node)
        .build();
  }

  GeneralNames alternatives() {
    List<GeneralName> names = List.of(name(node), name(address));
    return new GeneralNames(names.stream().distinct().toArray(GeneralName[]::new));
  }

  private static GeneralName name(String text) {
    return new GeneralName(
        IPAddress.isValid(text) ? GeneralName.iPAddress : GeneralName.dNSName, text);
  }
}
