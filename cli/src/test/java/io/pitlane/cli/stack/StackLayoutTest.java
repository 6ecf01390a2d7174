package io.pitlane.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.cli.Pitlane;
import io.pitlane.contract.failure.FailureException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackLayoutTest {
    @TempDir private Path folder;

    @Test
    void everyProcessHasAPortOfItsOwn() {
        var layout = layout(0);

        var ports = new HashSet<>(layout.httpPorts().values());
        ports.add(layout.brokerPort());

        assertThat(ports).hasSize(LocalService.ALL.size() + 1);
    }

    @Test
    void aGatewayPortInUseIsReplaced() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = layout(taken.getLocalPort()).httpPorts().get(LocalService.GATEWAY);

            assertThat(port).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void aServiceListensOnTheLoopbackInterfaceAndEndsWithItsParent() throws Exception {
        var runner = folder.resolve("prune-service/target/quarkus-app/quarkus-run.jar");
        Files.createDirectories(runner.getParent());
        Files.createFile(runner);
        var layout = layout(0);
        var prune = new LocalService("prune", "prune-service");

        var command = layout.service(LocalService.ALL.get(1)).command();

        assertThat(LocalService.ALL.get(1)).isEqualTo(prune);
        assertThat(command)
                .contains("-Dquarkus.http.host=127.0.0.1", "-Dpitlane.exit-with-parent=true")
                .contains(
                        "-Dpitlane.findings.folder="
                                + Path.of(
                                        System.getProperty("user.home"), ".cache/pitlane/findings"))
                .contains("-Dkafka.bootstrap.servers=127.0.0.1:" + layout.brokerPort())
                .endsWith("-jar", runner.toString());
    }

    @Test
    void theGatewayDescribesModelsByThisCommandLine() throws Exception {
        var runner = folder.resolve("gateway-service/target/quarkus-app/quarkus-run.jar");
        Files.createDirectories(runner.getParent());
        Files.createFile(runner);

        var setting = "-Dpitlane.inspect.command=";
        var command =
                layout(0).service(LocalService.GATEWAY).command().stream()
                        .filter(argument -> argument.startsWith(setting))
                        .toList();

        assertThat(command).hasSize(1);
        // A comma with a backslash before it is part of a value.
        var arguments = command.get(0).substring(setting.length()).split("(?<!\\\\),");
        assertThat(arguments).contains("-Dpitlane.home=" + folder, Pitlane.class.getName());
        assertThat(Path.of(arguments[0])).isExecutable();
    }

    @Test
    void aServiceThatIsNotBuiltIsNamed() {
        var layout = layout(0);

        assertThatThrownBy(() -> layout.service(LocalService.GATEWAY))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("gateway-service is not built");
    }

    private StackLayout layout(int gatewayPort) {
        return StackLayout.choose(
                new Installation(folder), new StateFolder(folder.resolve("state")), gatewayPort);
    }
}
