package io.pitlane.formats.onnx;

import java.util.stream.Stream;

/** Uses of every operation that can be exported, with the attributes that change its meaning. */
public final class OpCases {
    private OpCases() {}

    public static Stream<OpCase> all() {
        return Stream.of(
                        WindowCases.all(),
                        VolumeCases.all(),
                        ArithmeticCases.all(),
                        ArrangementCases.all(),
                        SelectionCases.all())
                .flatMap(cases -> cases);
    }
}
