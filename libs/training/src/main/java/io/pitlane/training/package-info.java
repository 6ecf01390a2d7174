/** Trains a flat graph; used for fine-tuning, distillation and training from scratch. */
package io.pitlane.training;
