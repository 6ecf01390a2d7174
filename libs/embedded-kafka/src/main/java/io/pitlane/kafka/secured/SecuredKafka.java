package io.pitlane.kafka.secured;

import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.kafka.FreePort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;

/**
 * An embedded broker with TLS, SCRAM-SHA-512 authentication and access control lists: what no list
 * allows is denied. Every broker has new certificates and passwords.
 *
 * <pre>{@code
 * try (var kafka = SecuredKafka.start(folder)) {
 *     kafka.createTopics(topics);
 *     kafka.addUser("prune", rights);
 *     var settings = kafka.client("prune");
 * }
 * }</pre>
 */
public final class SecuredKafka implements AutoCloseable {
    private static final String ADMIN = "admin";
    private static final int SCRAM_ITERATIONS = 4096;

    private final EmbeddedKafka broker;
    private final SelfSignedCertificate certificate;
    private final Map<String, String> passwords = new HashMap<>();

    private SecuredKafka(
            EmbeddedKafka broker, SelfSignedCertificate certificate, String adminPassword) {
        this.broker = broker;
        this.certificate = certificate;
        passwords.put(ADMIN, adminPassword);
    }

    /**
     * Starts a broker and waits until it responds.
     *
     * @param folder folder of its data and certificates; created when absent
     */
    public static SecuredKafka start(Path folder) {
        var certificate = SelfSignedCertificate.create(folder.resolve("certificates"), "broker");
        var password = UUID.randomUUID().toString();
        var broker =
                EmbeddedKafka.start(
                        folder.resolve("kafka"),
                        FreePort.find(),
                        properties(certificate, password),
                        plain(certificate, password));
        return new SecuredKafka(broker, certificate, password);
    }

    /** The broker's own connections use PLAIN: SCRAM credentials exist only once it has started. */
    private static Map<String, String> properties(
            SelfSignedCertificate certificate, String password) {
        var properties = new HashMap<String, String>();
        properties.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:SSL");
        properties.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
        properties.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        properties.put(
                "listener.name.clients.plain.sasl.jaas.config",
                plainLogin(password, " user_" + ADMIN + "=\"" + password + "\""));
        properties.put("listener.name.clients.scram-sha-512.sasl.jaas.config", scramLogin(""));
        properties.put("listener.name.controller.ssl.client.auth", "required");
        properties.putAll(certificate.keyStoreSettings());
        properties.putAll(certificate.trustStoreSettings());
        properties.put("authorizer.class.name", RecordingAuthorizer.class.getName());
        properties.put("super.users", "User:" + ADMIN + ";User:CN=" + certificate.name());
        return properties;
    }

    private static Map<String, String> plain(SelfSignedCertificate certificate, String password) {
        var client = new HashMap<>(certificate.trustStoreSettings());
        client.put("security.protocol", "SASL_SSL");
        client.put("sasl.mechanism", "PLAIN");
        client.put("sasl.jaas.config", plainLogin(password, ""));
        return client;
    }

    private static String plainLogin(String password, String options) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
                + ADMIN
                + "\" password=\""
                + password
                + "\""
                + options
                + ";";
    }

    private static String scramLogin(String options) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required" + options + ";";
    }

    /** Creates the topics that do not exist. */
    public void createTopics(Collection<NewTopic> topics) {
        broker.createTopics(topics);
    }

    /**
     * Adds a user with a new password.
     *
     * @param rights of {@code User:name}
     */
    public void addUser(String name, Collection<AclBinding> rights) {
        var password = UUID.randomUUID().toString();
        passwords.put(name, password);
        var credential = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS);
        try (var admin = admin()) {
            get(
                    admin.alterUserScramCredentials(
                                    List.of(
                                            new UserScramCredentialUpsertion(
                                                    name, credential, password)))
                            .all());
        }
        grant(rights);
    }

    /** Grants rights. */
    public void grant(Collection<AclBinding> rights) {
        try (var admin = admin()) {
            get(admin.createAcls(rights).all());
        }
    }

    /** Revokes rights. */
    public void revoke(Collection<AclBinding> rights) {
        try (var admin = admin()) {
            get(admin.deleteAcls(rights.stream().map(AclBinding::toFilter).toList()).all());
        }
    }

    private Admin admin() {
        return Admin.create(new HashMap<>(client()));
    }

    private static <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Client settings of the administrator. */
    public Map<String, String> client() {
        var client = new HashMap<>(plain(certificate, passwords.get(ADMIN)));
        client.put("bootstrap.servers", broker.bootstrapServers());
        return client;
    }

    /** Client settings of a user. */
    public Map<String, String> client(String user) {
        var client = new HashMap<>(certificate.trustStoreSettings());
        client.put("bootstrap.servers", broker.bootstrapServers());
        client.put("security.protocol", "SASL_SSL");
        client.put("sasl.mechanism", "SCRAM-SHA-512");
        var login = " username=\"" + user + "\" password=\"" + passwords.get(user) + "\"";
        client.put("sasl.jaas.config", scramLogin(login));
        return client;
    }

    /** Every password, none of which may appear in any output. */
    public Collection<String> secrets() {
        var secrets = new ArrayList<>(passwords.values());
        secrets.add(certificate.password());
        return secrets;
    }

    @Override
    public void close() {
        broker.close();
    }
}
