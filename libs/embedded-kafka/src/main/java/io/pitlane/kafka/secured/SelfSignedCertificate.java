package io.pitlane.kafka.secured;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A self-signed certificate for this machine, made by the JDK's keytool.
 *
 * @param name its common name
 * @param keyStore PKCS #12 file with the private key
 * @param trustStore PKCS #12 file with the certificate
 * @param password of both stores
 */
record SelfSignedCertificate(String name, Path keyStore, Path trustStore, String password) {

    /** Creates a certificate in a folder. */
    static SelfSignedCertificate create(Path folder, String name) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var certificate =
                new SelfSignedCertificate(
                        name,
                        folder.resolve(name + ".p12"),
                        folder.resolve(name + "-trust.p12"),
                        UUID.randomUUID().toString());
        certificate.generate();
        certificate.export(folder.resolve(name + ".pem"));
        return certificate;
    }

    private void generate() {
        keytool(
                keyStore,
                List.of("-genkeypair", "-alias", name, "-keyalg", "EC", "-validity", "2"),
                List.of("-dname", "CN=" + name, "-ext", "SAN=ip:127.0.0.1,dns:localhost"));
    }

    private void export(Path pem) {
        keytool(
                keyStore,
                List.of("-exportcert", "-rfc", "-alias", name),
                List.of("-file", pem.toString()));
        keytool(
                trustStore,
                List.of("-importcert", "-noprompt", "-alias", name),
                List.of("-file", pem.toString()));
    }

    private void keytool(Path store, List<String> what, List<String> how) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(what);
        command.addAll(how);
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
        command.addAll(List.of("-storepass", password));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Client settings that trust the certificate. */
    Map<String, String> trustStoreSettings() {
        return Map.of(
                "ssl.truststore.location",
                trustStore.toString(),
                "ssl.truststore.type",
                "PKCS12",
                "ssl.truststore.password",
                password);
    }

    /** Settings of the certificate's owner. */
    Map<String, String> keyStoreSettings() {
        return Map.of(
                "ssl.keystore.location",
                keyStore.toString(),
                "ssl.keystore.type",
                "PKCS12",
                "ssl.keystore.password",
                password,
                "ssl.key.password",
                password);
    }
}
