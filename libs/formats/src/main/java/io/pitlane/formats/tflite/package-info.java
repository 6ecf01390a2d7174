/**
 * The flat graph as a TFLite model: the table of operations, and what each becomes. Images stay
 * {@code [N, H, W, C]} throughout.
 */
package io.pitlane.formats.tflite;
