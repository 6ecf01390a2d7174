package io.pitlane.training.checkpoint;

/**
 * How far a training has come.
 *
 * @param epoch the present epoch, from 1
 * @param batch batches of this epoch that are done
 * @param step steps done
 * @param lossSum sum of the losses of this epoch's images
 * @param images images of this epoch seen
 * @param rateFactor what the learning rate is multiplied with: 1, or less after a divergence
 * @param halvings how often the rate was halved
 */
public record TrainingPosition(
        int epoch,
        int batch,
        long step,
        double lossSum,
        long images,
        double rateFactor,
        int halvings) {

    public static final TrainingPosition START = new TrainingPosition(1, 0, 0, 0, 0, 1, 0);

    /** After one more step. */
    public TrainingPosition after(float loss, int size) {
        return new TrainingPosition(
                epoch,
                batch + 1,
                step + 1,
                lossSum + (double) loss * size,
                images + size,
                rateFactor,
                halvings);
    }

    /** At the beginning of the next epoch. */
    public TrainingPosition nextEpoch() {
        return new TrainingPosition(epoch + 1, 0, step, 0, 0, rateFactor, halvings);
    }

    /** Here again, at half the rate. */
    public TrainingPosition slower() {
        return new TrainingPosition(
                epoch, batch, step, lossSum, images, rateFactor / 2, halvings + 1);
    }

    /** Mean loss of this epoch's images so far. */
    public double loss() {
        return images == 0 ? 0 : lossSum / images;
    }
}
