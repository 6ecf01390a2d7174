package io.pitlane.kafka.secured;

import io.pitlane.kafka.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
 * An embedded broker that speaks TLS only, asks everybody for a password (SCRAM-SHA-512), and
 * denies whatever no access control list allows. Certificates and passwords are made anew for each.
 *
 * <pre>{@code
 * try (var kafka = SecuredKafka.start(folder)) {
 *     kafka.createTopics(topics);
 *     kafka.admit("prune", rights);
 *     var settings = kafka.client("prune");
 * }
 * }</pre>
 */
public final class SecuredKafka implements AutoCloseable {
    private static final String ADMIN = "admin";
    private static final int FEW = 4096;

    private final EmbeddedKafka broker;
    private final Certificate certificate;
    private final Map<String, String> passwords = new HashMap<>();

    private SecuredKafka(EmbeddedKafka broker, Certificate certificate, String adminPassword) {
        this.broker = broker;
        this.certificate = certificate;
        passwords.put(ADMIN, adminPassword);
    }

    /**
     * Starts one.
     *
     * @param folder where its data and certificates are, or will be; created when absent
     */
    public static SecuredKafka start(Path folder) {
        var certificate = Certificate.make(folder.resolve("certificates"), "broker");
        var password = UUID.randomUUID().toString();
        var broker =
                EmbeddedKafka.start(
                        folder.resolve("kafka"),
                        freePort(),
                        properties(certificate, password),
                        plain(certificate, password));
        return new SecuredKafka(broker, certificate, password);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The broker talks to itself as the administrator, with a password that it must know first. */
    private static Map<String, String> properties(Certificate certificate, String password) {
        var properties = new HashMap<String, String>();
        properties.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:SSL");
        properties.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
        properties.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        properties.put(
                "listener.name.clients.plain.sasl.jaas.config",
                plainLogin(password, " user_" + ADMIN + "=\"" + password + "\""));
        properties.put("listener.name.clients.scram-sha-512.sasl.jaas.config", scramLogin(""));
        properties.put("listener.name.controller.ssl.client.auth", "required");
        properties.putAll(certificate.own());
        properties.putAll(certificate.trusted());
        properties.put("authorizer.class.name", RecordingAuthorizer.class.getName());
        properties.put("super.users", "User:" + ADMIN + ";User:CN=" + certificate.name());
        return properties;
    }

    private static Map<String, String> plain(Certificate certificate, String password) {
        var client = new HashMap<>(certificate.trusted());
        client.put("security.protocol", "SASL_SSL");
        client.put("sasl.mechanism", "PLAIN");
        client.put("sasl.jaas.config", plainLogin(password, ""));
        return client;
    }

    private static String plainLogin(String password, String more) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
                + ADMIN
                + "\" password=\""
                + password
                + "\""
                + more
                + ";";
    }

    private static String scramLogin(String who) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required" + who + ";";
    }

    /** Creates those of the topics that are not there yet. */
    public void createTopics(Collection<NewTopic> topics) {
        broker.createTopics(topics);
    }

    /**
     * Lets somebody in.
     *
     * @param rights of {@code User:name}
     */
    public void admit(String name, Collection<AclBinding> rights) {
        var password = UUID.randomUUID().toString();
        passwords.put(name, password);
        var credential = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, FEW);
        try (var admin = admin()) {
            get(
                    admin.alterUserScramCredentials(
                                    List.of(
                                            new UserScramCredentialUpsertion(
                                                    name, credential, password)))
                            .all());
        }
        allow(rights);
    }

    /** Grants rights. */
    public void allow(Collection<AclBinding> rights) {
        try (var admin = admin()) {
            get(admin.createAcls(rights).all());
        }
    }

    /** Takes rights away. */
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
        var client = new HashMap<>(certificate.trusted());
        client.put("bootstrap.servers", broker.bootstrapServers());
        client.put("security.protocol", "SASL_SSL");
        client.put("sasl.mechanism", "SCRAM-SHA-512");
        var who = " username=\"" + user + "\" password=\"" + passwords.get(user) + "\"";
        client.put("sasl.jaas.config", scramLogin(who));
        return client;
    }

    /** What must not appear anywhere: every password there is. */
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
