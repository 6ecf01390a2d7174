/** Trains a flat graph: fine-tuning, distillation and training from scratch share this engine. */
package io.pitlane.training;
