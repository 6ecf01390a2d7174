package io.pitlane.quantize;

import io.pitlane.contract.quantization.WeightOptions.Initialization;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Where the centroids of clusters begin, in ascending order. */
final class CentroidInitialization {
    private static final long SEED = 1;

    private CentroidInitialization() {}

    static double[] of(Initialization initialization, SortedValues values, int count) {
        return switch (initialization) {
            case LINEAR -> linear(values, count);
            case DENSITY -> density(values, count);
            case K_MEANS_PLUS_PLUS -> plusPlus(values, count);
        };
    }

    private static double[] linear(SortedValues values, int count) {
        double lowest = values.at(0);
        double range = values.at(values.size() - 1) - lowest;
        return IntStream.range(0, count)
                .mapToDouble(i -> lowest + range * i / (count - 1))
                .toArray();
    }

    private static double[] density(SortedValues values, int count) {
        return IntStream.range(0, count)
                .mapToDouble(i -> values.at((int) ((i + 0.5) * values.size() / count)))
                .toArray();
    }

    /** Arthur and Vassilvitskii, k-means++: The Advantages of Careful Seeding, SODA 2007. */
    private static double[] plusPlus(SortedValues values, int count) {
        var random = new Random(SEED);
        var distances = new double[values.size()];
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        var centroids = new double[count];
        centroids[0] = values.at(random.nextInt(values.size()));
        for (int chosen = 1; chosen < count; chosen++) {
            double total = 0;
            for (int i = 0; i < distances.length; i++) {
                double distance = values.at(i) - centroids[chosen - 1];
                distances[i] = Math.min(distances[i], distance * distance);
                total += distances[i];
            }
            centroids[chosen] = values.at(drawn(distances, random.nextDouble() * total));
        }
        Arrays.sort(centroids);
        return centroids;
    }

    private static int drawn(double[] shares, double threshold) {
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            sum += shares[i];
            if (sum > threshold) {
                return i;
            }
        }
        return shares.length - 1;
    }
}
