package io.pitlane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.cli.stack.StateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Which server a command finds when none is named. */
class ServerOptionTest extends CommandTest {
    private final List<String> messages = new ArrayList<>();

    private ServerOption option() {
        var option = new ServerOption();
        new CommandLine(option).parseArgs("--state", folder.toString());
        return option;
    }

    private FileChannel stackInUse() throws IOException {
        var channel =
                FileChannel.open(
                        folder.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        assertThat(channel.tryLock()).isNotNull();
        return channel;
    }

    private boolean isFound() {
        return option().runningOrStarting(messages::add).isPresent();
    }

    @Test
    void aStackThatIsReadyIsFoundAtOnce() throws IOException {
        new StateFolder(folder).saveAddress(gateway.address());
        gateway.on("GET /q/health/ready", Map.of());

        try (var stack = stackInUse()) {
            assertThat(stack.isOpen()).isTrue();
            assertThat(isFound()).isTrue();
        }

        assertThat(messages).isEmpty();
    }

    @Test
    void aStackThatIsBeingStartedIsWaitedFor() throws Exception {
        new StateFolder(folder).saveAddress(gateway.address());
        var up = Executors.newSingleThreadScheduledExecutor();

        try (var stack = stackInUse()) {
            assertThat(stack.isOpen()).isTrue();
            up.schedule(
                    () -> gateway.on("GET /q/health/ready", Map.of()), 500, TimeUnit.MILLISECONDS);
            assertThat(isFound()).isTrue();
        } finally {
            up.shutdownNow();
        }

        assertThat(messages).singleElement().asString().contains("'pitlane up' is starting");
    }

    @Test
    void aStackThatEndsWhileItIsStartedIsNotWaitedFor() throws Exception {
        new StateFolder(folder).saveAddress(gateway.address());
        var up = Executors.newSingleThreadScheduledExecutor();
        var stack = stackInUse();

        try {
            up.schedule(
                    () -> {
                        stack.close();
                        return null;
                    },
                    500,
                    TimeUnit.MILLISECONDS);
            assertThat(isFound()).isFalse();
        } finally {
            up.shutdownNow();
        }
    }

    @Test
    void theAddressOfAStackThatWasKilledIsNotWaitedFor() throws IOException {
        new StateFolder(folder).saveAddress(gateway.address());
        Files.createFile(folder.resolve("lock"));

        assertThat(isFound()).isFalse();

        assertThat(messages).isEmpty();
    }
}
