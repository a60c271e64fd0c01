package dev.proconsul.rpc.transport.tls;

import java.io.StringWriter;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// Requests for certificates, as agents make them.
final class Requests {
    private Requests() {}

    static String of(String subject, String... names) throws Exception {
        return make(false, subject, names);
    }

    static String ofAnotherKey(String subject, String... names) throws Exception {
        return make(true, subject, names);
    }

    private static String make(boolean forged, String subject, String... names) throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        var keys = generator.generateKeyPair();
        var signing = forged ? generator.generateKeyPair() : keys;
        var extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.subjectAlternativeName, false,
                new GeneralNames(Arrays.stream(names).map(Requests::name).toArray(GeneralName[]::new)));
        var request = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), keys.getPublic())
                .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(signing.getPrivate()));
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(request);
        }
        return text.toString();
    }

    private static GeneralName name(String text) {
        int colon = text.indexOf(':');
        int type = switch (text.substring(0, colon)) {
            case "uri" -> GeneralName.uniformResourceIdentifier;
            case "dns" -> GeneralName.dNSName;
            case "ip" -> GeneralName.iPAddress;
            default -> GeneralName.rfc822Name;
        };
        return new GeneralName(type, text.substring(colon + 1));
    }
}
