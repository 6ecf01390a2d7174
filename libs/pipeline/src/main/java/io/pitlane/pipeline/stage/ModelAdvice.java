package io.pitlane.pipeline.stage;

import java.util.List;

/**
 * What a technique can do with a model, and what it leaves as it is and why.
 *
 * @param sentences for people, the most important first
 */
public record ModelAdvice(List<String> sentences) {
    /** Of a technique that can do the same with every model. */
    public static final ModelAdvice NONE = new ModelAdvice(List.of());

    public ModelAdvice {
        sentences = List.copyOf(sentences);
    }
}
