package io.pitlane.cli.stack;

import io.pitlane.kafka.FreePort;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Command lines, ports and folders of the processes of a local stack.
 *
 * @param installation where the services are built
 * @param state where their data and logs are
 * @param brokerPort port of the broker on the loopback interface
 * @param httpPorts port of each service on the loopback interface
 */
record StackLayout(
        Installation installation,
        StateFolder state,
        int brokerPort,
        Map<LocalService, Integer> httpPorts) {

    private static final String HOST = "127.0.0.1";
    private static final String COMMAND_LINE_MAIN = "io.pitlane.cli.Pitlane";
    private static final String BROKER_MAIN = "io.pitlane.kafka.EmbeddedKafka";

    /** Chooses free ports. */
    static StackLayout choose(Installation installation, StateFolder state, int gatewayPort) {
        var ports =
                LocalService.ALL.stream()
                        .collect(
                                Collectors.toMap(
                                        service -> service,
                                        service ->
                                                service == LocalService.GATEWAY
                                                        ? FreePort.preferring(gatewayPort)
                                                        : FreePort.find()));
        return new StackLayout(installation, state, FreePort.find(), ports);
    }

    String bootstrapServers() {
        return HOST + ":" + brokerPort;
    }

    URI address(LocalService service) {
        return URI.create("http://" + HOST + ":" + httpPorts.get(service));
    }

    /** The broker, from this process's own class path. */
    ProcessSpec broker() {
        var command =
                java(
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-Dorg.slf4j.simpleLogger.showDateTime=true",
                        "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BROKER_MAIN);
        command.addAll(List.of(state.kafka().toString(), String.valueOf(brokerPort)));
        return new ProcessSpec("broker", command, state.log("broker"));
    }

    /** A service, from its build folder. */
    ProcessSpec service(LocalService service) {
        var command =
                java(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Dquarkus.http.host=" + HOST,
                        "-Dquarkus.http.port=" + httpPorts.get(service),
                        "-Dkafka.bootstrap.servers=" + bootstrapServers(),
                        "-Dpitlane.instance=" + service.name(),
                        "-Dpitlane.work.folder=" + state.work(service.name()),
                        "-Dpitlane.cache.folder=" + state.cache(service.name()),
                        "-Dpitlane.findings.folder=" + findings(),
                        "-Dpitlane.exit-with-parent=true");
        if (service == LocalService.GATEWAY) {
            command.add("-Dpitlane.inspect.command=" + asList(inspection()));
        }
        command.addAll(List.of("-jar", installation.runner(service.module()).toString()));
        return new ProcessSpec(service.name(), command, state.log(service.name()));
    }

    /** This command line, for the gateway to describe models by. */
    private List<String> inspection() {
        return java(
                "-Xmx2g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dpitlane.home=" + installation.root(),
                // Its own folder, which the gateway deletes even if the process is killed.
                "-Djava.io.tmpdir=.",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                COMMAND_LINE_MAIN);
    }

    /** As a setting has a list. */
    private static String asList(List<String> values) {
        return values.stream()
                .map(value -> value.replace("\\", "\\\\").replace(",", "\\,"))
                .collect(Collectors.joining(","));
    }

    /** Of the user: stacks that end with their command leave it to the next. */
    private static Path findings() {
        return Path.of(System.getProperty("user.home"), ".cache", "pitlane", "findings");
    }

    private static List<String> java(String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
