package io.pitlane.evaluation.scoring;

/**
 * The error of a regression on every image.
 *
 * @param absolute mean absolute error over the values of each image
 */
record RegressionErrors(double[] absolute) implements ImageResults {

    @Override
    public int images() {
        return absolute.length;
    }

    @Override
    public boolean isError() {
        return true;
    }

    @Override
    public double headline(int[] counts) {
        double sum = 0;
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i] * absolute[i];
            seen += counts[i];
        }
        return sum / seen;
    }

    @Override
    public double ofClass(int label, int[] counts) {
        return Double.NaN;
    }
}
