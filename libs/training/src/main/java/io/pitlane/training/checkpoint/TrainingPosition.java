package io.pitlane.training.checkpoint;

/**
 * The position of a training: epoch, batch and step, with the running loss and the learning rate
 * factor.
 *
 * @param epoch the current epoch, from 1
 * @param batch batches done in this epoch
 * @param step steps done in all epochs
 * @param lossSum sum of the loss over the images of this epoch so far
 * @param images images seen in this epoch
 * @param rateFactor factor on the learning rate: 1, halved after each divergence
 * @param halvings how often it was halved
 */
public record TrainingPosition(
        int epoch,
        int batch,
        long step,
        double lossSum,
        long images,
        double rateFactor,
        int halvings) {

    /** Before the first step. */
    public static final TrainingPosition START = new TrainingPosition(1, 0, 0, 0, 0, 1, 0);

    /** After one more step. */
    public TrainingPosition afterStep(float loss, int size) {
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

    /** The same position at half the learning rate. */
    public TrainingPosition withHalvedRate() {
        return new TrainingPosition(
                epoch, batch, step, lossSum, images, rateFactor / 2, halvings + 1);
    }

    /** Mean loss over the images of this epoch so far. */
    public double loss() {
        return images == 0 ? 0 : lossSum / images;
    }
}
