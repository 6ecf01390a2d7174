package io.pitlane.contract.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.engine.Engine;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeliveryFormatTest {

    @ParameterizedTest
    @EnumSource
    void everyFormatOfAnEngineIsDeliveredUnderItsOwnName(ModelFormat format) {
        var delivered = DeliveryFormat.of(format);

        assertThat(delivered.runnable()).contains(format);
        assertThat(delivered.label()).isEqualTo(format.label());
        assertThat(delivered.fileName()).isEqualTo(format.fileName());
        assertThat(List.of(Engine.values()))
                .filteredOn(delivered::runsOn)
                .containsExactly(format.engine());
    }

    @Test
    void noEngineRunsAPackedFile() {
        assertThat(DeliveryFormat.PACKED.runnable()).isEmpty();
        assertThat(List.of(Engine.values())).noneMatch(DeliveryFormat.PACKED::runsOn);
    }

    @Test
    void noTwoFormatsHaveTheSameFile() {
        var names = Arrays.stream(DeliveryFormat.values()).map(DeliveryFormat::fileName).toList();

        assertThat(new HashSet<>(names)).hasSameSizeAs(names);
    }
}
