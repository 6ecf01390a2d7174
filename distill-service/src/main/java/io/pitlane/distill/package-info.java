/** Distillation: training a student to answer as its teacher does. */
package io.pitlane.distill;
