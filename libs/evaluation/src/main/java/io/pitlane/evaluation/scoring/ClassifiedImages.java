package io.pitlane.evaluation.scoring;

/**
 * Which images a classifier recognises.
 *
 * @param labels the class of every image; not copied, not to be changed
 * @param correct whether its class is the model's first choice; not copied, not to be changed
 */
public record ClassifiedImages(int[] labels, boolean[] correct) implements ImageResults {

    @Override
    public int images() {
        return labels.length;
    }

    @Override
    public double headline(int[] counts) {
        long seen = 0;
        long hit = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            hit += correct[i] ? counts[i] : 0;
        }
        return (double) hit / seen;
    }

    /** The recall of a class. */
    @Override
    public double ofClass(int label, int[] counts) {
        long seen = 0;
        long hit = 0;
        for (int i = 0; i < counts.length; i++) {
            if (labels[i] == label) {
                seen += counts[i];
                hit += correct[i] ? counts[i] : 0;
            }
        }
        return (double) hit / seen;
    }
}
