package io.pitlane.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.FailureException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    @TempDir private Path folder;

    @Test
    void onlyOneStackWorksInAFolder() throws Exception {
        var state = new StateFolder(folder);
        try (var held = state.lock()) {
            assertThat(held.isOpen()).isTrue();

            assertThatThrownBy(state::lock)
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining("is running already")
                    .hasMessageContaining(folder.toString());
        }

        state.lock().close();
    }

    @Test
    void anAddressIsFoundUntilItIsWithdrawn() {
        var state = new StateFolder(folder.resolve("state"));
        assertThat(state.announced()).isEmpty();

        state.logs();
        assertThat(state.announced()).isEmpty();

        var server = new StateFolder(folder);
        server.announce(URI.create("http://127.0.0.1:4711"));
        assertThat(server.announced()).contains(URI.create("http://127.0.0.1:4711"));

        server.withdraw();
        assertThat(server.announced()).isEmpty();
    }

    @Test
    void aDamagedAddressIsNoAddress() throws Exception {
        Files.writeString(folder.resolve("server"), "not an address\n");

        assertThat(new StateFolder(folder).announced()).isEmpty();
    }
}
