package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pitlane.contract.failure.FailureException;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;

/**
 * The features of a tf.Example.
 *
 * @param name name of the record, for messages
 * @param features the features by name
 */
record ExampleFeatures(String name, Map<String, Feature> features) {

    /**
     * Parses a record.
     *
     * @throws FailureException INVALID_INPUT when it is not a tf.Example
     */
    static ExampleFeatures parse(byte[] record, String name) {
        try {
            var features = Example.parseFrom(record).getFeatures().getFeatureMap();
            return new ExampleFeatures(name, features);
        } catch (InvalidProtocolBufferException e) {
            throw invalidInput(
                            "The %s is no tf.Example (%s).".formatted(name, e.getMessage()),
                            "Write records of serialized tf.train.Example.")
                    .causedBy(e);
        }
    }

    boolean has(String key) {
        return features.containsKey(key);
    }

    /** The single bytes value of a feature. */
    byte[] bytes(String key) {
        var feature = required(key);
        if (feature.getBytesList().getValueCount() != 1) {
            throw wrong(key, "holds no single string of bytes");
        }
        return feature.getBytesList().getValue(0).toByteArray();
    }

    /** The first bytes value of a feature as text; empty if it is missing. */
    Optional<String> text(String key) {
        var feature = features.get(key);
        return feature == null || feature.getBytesList().getValueCount() == 0
                ? Optional.empty()
                : Optional.of(feature.getBytesList().getValue(0).toStringUtf8());
    }

    /** The single integer of a feature. */
    long number(String key) {
        long[] numbers = numbers(key);
        if (numbers.length != 1) {
            throw wrong(key, "holds " + numbers.length + " whole numbers, not one");
        }
        return numbers[0];
    }

    /** The integers of a feature; none if it is missing. */
    long[] numbers(String key) {
        var feature = features.getOrDefault(key, Feature.getDefaultInstance());
        if (feature.getFloatList().getValueCount() + feature.getBytesList().getValueCount() > 0) {
            throw wrong(key, "holds no whole numbers");
        }
        return feature.getInt64List().getValueList().stream().mapToLong(v -> v).toArray();
    }

    /** The numbers of a feature, integers or floats; none if it is missing. */
    float[] floats(String key) {
        var feature = features.getOrDefault(key, Feature.getDefaultInstance());
        if (feature.getBytesList().getValueCount() > 0) {
            throw wrong(key, "holds bytes, not numbers");
        }
        var whole = feature.getInt64List().getValueList();
        var values = feature.getFloatList().getValueList();
        var floats = new float[whole.size() + values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = whole.isEmpty() ? values.get(i) : whole.get(i);
            if (!Float.isFinite(floats[i])) {
                throw wrong(key, "holds " + floats[i]);
            }
        }
        return floats;
    }

    private Feature required(String key) {
        var feature = features.get(key);
        if (feature == null) {
            throw invalidInput(
                    "The %s has no feature '%s', but %s."
                            .formatted(name, key, features.keySet().stream().sorted().toList()),
                    "Name the feature in keys under data in the plan.");
        }
        return feature;
    }

    FailureException wrong(String key, String what) {
        return invalidInput(
                "The feature '%s' in %s %s.".formatted(key, name, what),
                "Correct the record, or name another feature in keys under data in the plan.");
    }
}
