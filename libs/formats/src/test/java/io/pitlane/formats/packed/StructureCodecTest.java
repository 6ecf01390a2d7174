package io.pitlane.formats.packed;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.SampleNetwork;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.MetaGraphDef;

class StructureCodecTest {
    private static final byte[] NO_BASE = {};

    private static MetaGraphDef structure() {
        var net = new SampleNetwork(3);
        var x = net.input("image", -1, 8, 8, 1);
        x = net.relu("first/relu", net.bias("first/bias", net.conv("first", x, 3, 1, 8, 2), 8));
        x = net.relu("next/relu", net.bias("next/bias", net.conv("next", x, 3, 8, 8, 1), 8));
        x = net.dense("scores", net.reshape("flat", x, -1, 128), 128, 3);
        return ModelContent.of(net.output("scores", x, -1, 3).build()).structure();
    }

    @Test
    void aStructureComesBackAndTakesHalfOfWhatZstandardTakes() throws IOException {
        // Given
        var bytes = ModelContent.bytes(structure());

        // When
        var packed = StructureCodec.pack(structure(), bytes, NO_BASE);

        // Then
        assertThat(StructureCodec.unpack(packed, bytes.length, NO_BASE)).isEqualTo(bytes);
        assertThat(packed.length).isLessThan(PlainBytes.pack(bytes).length / 2);
    }

    @Test
    void thatOfTheBaseCostsAlmostNothing() throws IOException {
        var bytes = ModelContent.bytes(structure());

        var packed = StructureCodec.pack(structure(), bytes, bytes);

        assertThat(StructureCodec.unpack(packed, bytes.length, bytes)).isEqualTo(bytes);
        assertThat(packed.length).isLessThan(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"^image", "image:0", "later"})
    void anInputThatIsWrittenInAnotherWayComesBackToo(String input) throws IOException {
        // Given
        var unusual = structure().toBuilder();
        unusual.getGraphDefBuilder().getNodeBuilder(3).addInput(input);
        var bytes = ModelContent.bytes(unusual.build());

        // When
        var packed = StructureCodec.pack(unusual.build(), bytes, NO_BASE);

        // Then
        assertThat(StructureCodec.unpack(packed, bytes.length, NO_BASE)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 6, 1000, 100_000})
    void bytesOfEveryLengthComeBack(int length) {
        // Given: repeated words with noise between them
        var random = new Random(length);
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 40 < 30 ? "the same words again and again".charAt(i % 40) : 0);
            bytes[i] = i % 40 == 35 ? (byte) random.nextInt() : bytes[i];
        }

        // When
        var packed = ByteModel.pack(bytes, new byte[] {1, 2, 3});

        // Then
        assertThat(ByteModel.unpack(packed, length, new byte[] {1, 2, 3})).isEqualTo(bytes);
        assertThat(packed.length).isLessThanOrEqualTo(60 + length / 20);
    }
}
